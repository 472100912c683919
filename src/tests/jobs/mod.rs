//! Background work: who does it once, what is left when somebody dies over it, and how the providers are
//! left alone.

mod endings;
mod front;
mod history;
mod leases;
mod limits;
mod metrics;
mod model;
pub mod quiet;
mod steering;
mod subjects;
mod timetable;
