//! The islands: the few things that HTML cannot do. The only room that is built for the browser too.
