//! Tests of what holds for every page, and the invented data that these and each page's own tests draw.

mod contrast;
pub mod drawn;
mod every_page;
mod house_rules;
pub mod invented;
mod markup;
