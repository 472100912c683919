//! Cuts the rows of a query to one page.

/// Cuts rows to one page of `limit`, and returns the place of the last row, made by `place`, if there are more. The query
/// must have asked for one row more than the limit, which is how it is known that there are more.
#[must_use]
pub fn cut<T, P>(mut rows: Vec<T>, limit: u32, place: impl FnOnce(&T) -> P) -> (Vec<T>, Option<P>) {
    let limit = limit as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(place);
    (rows, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_its_last_row_when_there_are_more() {
        let place = |n: &i32| n.to_string();
        assert_eq!(cut((0..50).collect(), 50, place).1, None);
        let (rows, next) = cut((0..51).collect(), 50, place);
        assert_eq!((rows.len(), next.as_deref()), (50, Some("49")));
        assert_eq!(cut(Vec::new(), 50, place), (Vec::new(), None));
    }
}
