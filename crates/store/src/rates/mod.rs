//! Exchange rates and the state of their sources.

mod quotes;
mod sources;

#[cfg(test)]
mod tests;
