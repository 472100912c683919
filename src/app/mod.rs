//! The pages and forms.
