//! Background work: each run has one worker, work survives a worker that dies, and providers are not overloaded.

mod endings;
mod history;
mod leases;
mod limits;
mod metrics;
mod model;
mod proxy;
pub mod quiet;
mod steering;
mod subjects;
mod timetable;
