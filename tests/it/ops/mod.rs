//! What the person who runs a node has: the doctor, health, metrics, and what is needed to install it.

mod digest;
mod dist;
mod doctor;
mod health;
mod metrics;
mod province;
