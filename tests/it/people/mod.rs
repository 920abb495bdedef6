//! What people do: two of them close, one above returns a figure, and the trail says who it was. Each file is one story.

mod closing_note;
mod paper;
mod returned_figure;
mod signers;
mod trail;
mod two_persons;
