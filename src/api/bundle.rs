//! A bundle in pages: whatever its size, only a page and a document of it are in memory here.

use std::{sync::Arc, vec::IntoIter};

use bytes::BytesMut;
use futures_util::{Stream, stream};
use tonic::Status;

use super::{aside, refuse};
use crate::{
    node::{
        Node,
        bundle::{Export, Place},
    },
    wire::pb::v1 as pb,
};

/// Bytes of a page.
const PAGE: usize = 1 << 20;

/// The file in pieces of at most [`PAGE`].
pub(super) fn pages(
    node: Arc<Node>,
    export: Export,
) -> impl Stream<Item = Result<pb::ExportBundleResponse, Status>> + Send {
    let pages = Pages { node, places: export.places.into_iter(), buffer: BytesMut::from(export.head.as_slice()) };
    stream::try_unfold(pages, |pages| async move {
        let node = Arc::clone(&pages.node);
        aside(&node, move |_| pages.next()).await
    })
}

struct Pages {
    node: Arc<Node>,
    places: IntoIter<Place>,
    buffer: BytesMut,
}

impl Pages {
    fn next(mut self) -> Result<Option<(pb::ExportBundleResponse, Pages)>, Status> {
        while self.buffer.len() < PAGE {
            let Some(place) = self.places.next() else { break };
            self.buffer.extend_from_slice(&self.node.bundle_document(&place).map_err(refuse)?);
        }
        let page = self.buffer.split_to(self.buffer.len().min(PAGE));
        Ok((!page.is_empty()).then(|| (pb::ExportBundleResponse { chunk: page.to_vec() }, self)))
    }
}
