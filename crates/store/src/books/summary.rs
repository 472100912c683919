//! What a person's transactions add up to: their categories, tags and sums. Each answer is remembered until one of the
//! transactions changes, which the place of the change feed tells exactly, so that a list of a million transactions
//! opens as fast as one of a thousand.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use super::edits::tags_of;
use super::totals::{Period, Spent, Total, Totals};
use super::transactions::Narrowing;
use crate::{Store, StoreError};
use domain::category::Category;
use domain::id::UserId;

/// The most answers that are remembered; then all are forgotten.
const MOST: usize = 1_000;
/// The longest question that is remembered, in bytes. A person may search for longer words, but not fill the memory.
const LONGEST: usize = 1_000;

/// An answer, and the place of the person's feed at which it was read.
type Answer = (i64, Arc<dyn Any + Send + Sync>);

/// Answers by question.
#[derive(Default)]
pub(crate) struct Remembered(Mutex<HashMap<String, Answer>>);

impl fmt::Debug for Remembered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Remembered")
    }
}

impl Remembered {
    fn get<T: Clone + 'static>(&self, question: &str, place: i64) -> Option<T> {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, answer) = answers.get(question)?;
        (*of == place).then(|| answer.downcast_ref().cloned())?
    }

    fn put<T: Send + Sync + 'static>(&self, question: String, place: i64, answer: T) {
        if question.len() > LONGEST {
            return;
        }
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= MOST {
            answers.clear();
        }
        answers.insert(question, (place, Arc::new(answer)));
    }
}

/// The summary of a person's transactions at one moment.
#[derive(Debug)]
pub struct Summary<'a> {
    store: &'a Store,
    user: &'a UserId,
    place: i64,
}

impl Store {
    /// Begins to read the summary of a person's transactions.
    pub async fn summary<'a>(&'a self, user: &'a UserId) -> Result<Summary<'a>, StoreError> {
        let place = sqlx::query_scalar("SELECT place FROM feed_head WHERE person_id = $1");
        let place: Option<i64> = place.bind(user.as_str()).fetch_optional(&self.read).await?;
        Ok(Summary {
            store: self,
            user,
            place: place.unwrap_or_default(),
        })
    }
}

impl Summary<'_> {
    /// The effective categories of the transactions, each broad one before its fine ones, in the order of their codes.
    pub async fn categories(&self) -> Result<Vec<Category>, StoreError> {
        self.remember("categories", async || {
            let found: Vec<(String, String)> = sqlx::query_as(
                "SELECT DISTINCT category, detailed FROM daily_total WHERE person_id = $1 AND category <> ''",
            )
            .bind(self.user.as_str())
            .fetch_all(&self.store.read)
            .await?;
            let mut codes = BTreeSet::new();
            for (primary, detailed) in found {
                codes.insert((primary.clone(), primary.clone()));
                // The filter finds only codes that begin with their broad category.
                if Category::of_code(&detailed).primary == primary {
                    codes.insert((primary, detailed));
                }
            }
            let category = |(primary, detailed)| Category { primary, detailed };
            Ok(codes.into_iter().map(category).collect())
        })
        .await
    }

    /// What was spent from a first to a last day in each category, the most first.
    pub async fn spending(&self, range: (Date, Date)) -> Result<Vec<Spent>, StoreError> {
        let question = format!("spending {range:?}");
        self.remember(&question, async || {
            self.store.spending(self.user, range).await
        })
        .await
    }

    /// The tags that the person has given, in alphabetical order.
    pub async fn tags(&self) -> Result<Vec<String>, StoreError> {
        self.remember("tags", async || {
            let lists: Vec<String> = sqlx::query_scalar(
                "SELECT DISTINCT own_tags FROM bank_transaction WHERE person_id = $1 AND own_tags <> ''",
            )
            .bind(self.user.as_str())
            .fetch_all(&self.store.read)
            .await?;
            let tags: BTreeSet<String> = lists.iter().flat_map(|list| tags_of(list)).collect();
            Ok(tags.into_iter().collect())
        })
        .await
    }

    /// The sums of everything that a filter selects.
    pub async fn totals(&self, narrowing: &Narrowing) -> Result<Totals, StoreError> {
        let question = format!("{narrowing:?}");
        self.remember(&question, async || {
            self.store.totals(self.user, narrowing).await
        })
        .await
    }

    /// The sums of each period from `first` to `last` that has transactions, by the period's first day. Empty when
    /// [`Narrowing::has_daily_totals`] is false.
    pub async fn totals_by(
        &self,
        narrowing: &Narrowing,
        period: Period,
        range: (Date, Date),
    ) -> Result<BTreeMap<Date, Vec<Total>>, StoreError> {
        let question = format!("{period:?} {range:?} {narrowing:?}");
        self.remember(&question, async || {
            let read = self.store.totals_by(self.user, narrowing, period, range);
            read.await
        })
        .await
    }

    /// Returns what is remembered of a question, or reads and remembers it.
    async fn remember<T: Clone + Send + Sync + 'static>(
        &self,
        question: &str,
        read: impl AsyncFnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let question = format!("{} {question}", self.user);
        if let Some(answer) = self.store.remembered.get(&question, self.place) {
            return Ok(answer);
        }
        let answer = read().await?;
        self.store
            .remembered
            .put(question, self.place, answer.clone());
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_at_its_place_only_and_memory_is_bounded() {
        let remembered = Remembered::default();
        remembered.put("who".into(), 7, 1_i64);
        assert_eq!(remembered.get::<i64>("who", 7), Some(1));
        assert_eq!(remembered.get::<i64>("who", 8), None);
        assert_eq!(remembered.get::<i64>("what", 7), None);
        for n in 0..=MOST {
            remembered.put(n.to_string(), 7, n);
        }
        assert!(remembered.0.lock().expect("answers").len() <= MOST);
        let long = "x".repeat(LONGEST + 1);
        remembered.put(long.clone(), 7, 1_i64);
        assert_eq!(remembered.get::<i64>(&long, 7), None);
    }
}
