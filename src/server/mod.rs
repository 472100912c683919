//! The assembly: router, guards, headers and assets.

pub mod assets;
pub mod site;
