//! What a crash leaves, on the real program: killed at named points, cut off from power, out of room, hammered.

pub mod desks;
mod full;
mod hammer;
mod order;
mod points;
mod power;
