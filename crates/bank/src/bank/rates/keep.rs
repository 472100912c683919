//! Storing the moves of the market, and counting calls while they are limited.

use std::sync::PoisonError;

use super::market::Market;
use crate::bank::{Bank, BankError, ids};
use crate::store::rates::{self, Move};
use crate::store::{StoreError, settings};

impl Bank {
    /// Returns the market as it is now.
    #[must_use]
    pub fn market(&self) -> Market {
        let market = self.inner.market.read();
        market.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stores moves. They take effect at once.
    pub(in crate::bank) async fn keep_moves(&self, moves: &[Move]) -> Result<(), BankError> {
        let mut write = self.store().write().await?;
        for one in moves {
            rates::add_move(&mut write, one).await?;
        }
        let all = rates::moves(&mut write).await?;
        write.commit().await.map_err(StoreError::from)?;
        let mut market = self
            .inner
            .market
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *market = Market::new(all);
        Ok(())
    }

    /// Returns how many calls a UTC day Alpha Vantage answers for each key. `None` means no limit.
    pub async fn rate_calls(&self) -> Result<Option<i64>, BankError> {
        let mut read = self.store().begin_read().await?;
        let calls = settings::number(&mut read, settings::RATE_CALLS).await?;
        Ok((calls > 0).then_some(calls))
    }

    /// Counts a call to Alpha Vantage while calls are limited. Returns the limit if this call exceeds it.
    pub(crate) async fn count_rate_call(&self, key: &str) -> Result<Option<i64>, BankError> {
        let Some(limit) = self.rate_calls().await? else {
            return Ok(None);
        };
        let day = self.now().strftime("%Y-%m-%d").to_string();
        let mut write = self.store().write().await?;
        let calls = rates::count_call(&mut write, &ids::hash(key), &day).await?;
        write.commit().await.map_err(StoreError::from)?;
        Ok((calls > limit).then_some(limit))
    }
}
