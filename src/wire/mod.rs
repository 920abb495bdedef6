//! The only room that knows protobuf: generated types, and the conversions to and from the domain's own.

pub mod ack;
pub mod alerts;
pub mod check;
pub mod entered;
pub mod error;
pub mod event;
pub mod explain;
pub mod forms;
pub mod link;
pub mod prepare;
mod procedure;
pub mod registry;
pub mod report;
pub mod review;
pub mod roll;
pub mod scalar;
pub mod stamp;
pub mod status;
pub mod store;
pub mod trust;

#[cfg(test)]
mod properties;

pub use error::WireError;

/// Generated code.
pub mod pb {
    #![allow(missing_docs, unused_qualifications, clippy::all, clippy::pedantic, clippy::restriction)]
    /// `motcua.v1`, what travels.
    pub mod v1 {
        tonic::include_proto!("motcua.v1");
    }
    /// `motcua.store`, what a node writes to its own disk.
    pub mod store {
        /// `motcua.store.v1`.
        pub mod v1 {
            tonic::include_proto!("motcua.store.v1");
        }
    }
    /// The encoded descriptor set, for reflection.
    pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
}
