//! The assembly: router, guards, headers and assets.

pub mod assets;
