//! The built-in bank.
