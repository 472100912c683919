//! Parts that pages share.

pub mod actions;
pub mod attention;
pub mod bank_form;
pub mod built_in;
pub mod category_icon;
pub mod chart;
pub mod composition;
pub mod copy;
pub mod edit;
pub mod events;
pub mod field;
pub mod figure;
pub mod filter;
pub mod filter_links;
pub mod frame;
pub mod head;
pub mod icon;
pub mod keys;
pub mod lines;
pub mod origin;
pub mod rates;
pub mod rows;
pub mod scale;
pub mod scopes;
pub mod scripts;
pub mod sign_in;
