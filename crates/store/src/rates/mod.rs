//! Exchange rates, and how their sources stand.

mod quotes;
mod sources;

#[cfg(test)]
mod tests;
