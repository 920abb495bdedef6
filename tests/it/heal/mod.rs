//! A province, a district and two communes lose their links, their disks and their neighbours, and come back to the same figures. Each file is
//! one story.

mod commune_from_an_old_copy;
mod commune_that_forgot_and_went_on;
mod district_from_an_old_copy;
mod explained;
mod later_release;
mod long_cascade;
pub mod made_up;
mod new_district;
mod one_node_for_two_units;
mod open_period;
pub mod peers_that_lie;
mod peers_that_repeat;
mod province_away;
mod registry_comes_down;
mod silent_commune;
mod transfer;
mod what_lies_ahead;
mod what_waits;
pub mod world;
mod year_offline;
