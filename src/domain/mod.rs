//! What is counted, and by which rules. Pure: std and chrono only, no clock, no I/O, no randomness.

pub mod address;
pub mod ahead;
pub mod atoms;
pub mod calendar;
pub mod contribution;
pub mod entered;
pub mod event;
pub mod fold;
pub mod forms;
pub mod measure;
pub mod percent;
pub mod periods;
pub mod record;
pub mod registry;
pub mod review;
pub mod roll;
pub mod summary;
pub mod text;
pub mod time;
pub mod units;
pub mod verdict;
