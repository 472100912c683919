//! Creating, removing and changing Items.

use jiff::{SignedDuration, Timestamp};
use sqlx::SqliteConnection;

use super::{Bank, BankError, Refusal, ids, rows, webhooks};
use crate::store::accounts::{self, Account};
use crate::store::items::{self, ItemRow};
use crate::store::{StoreError, Write};
use crate::world::{self, Institution, Person, Profile, SignIn};

/// The parameters of a new Item.
pub struct NewItem<'a> {
    /// Its institution.
    pub institution: &'static Institution,
    /// The user name of the log-in.
    pub username: &'a str,
    /// The person whose accounts it has.
    pub person: Person,
    /// Its initial products.
    pub products: Vec<String>,
    /// Days of history.
    pub days_requested: u16,
    /// The URL for its webhooks.
    pub webhook: Option<String>,
    /// The caller's id for its user.
    pub client_user_id: Option<String>,
}

/// An Item with its accounts.
#[derive(Clone)]
pub struct ItemView {
    /// The Item.
    pub item: ItemRow,
    /// Its accounts, in the bank's order; usually the selected ones only.
    pub accounts: Vec<Account>,
}

impl Bank {
    /// Returns the person that a log-in belongs to, ignoring its challenge. Wrong credentials are a [`Refusal`].
    pub fn person(
        &self,
        institution: &Institution,
        username: &str,
        password: &str,
    ) -> Result<Person, Refusal> {
        match world::sign_in(institution, username, password, self.today()) {
            SignIn::Welcome { person, .. } => Ok(person),
            SignIn::Refused { code, detail } => {
                let mut refusal = Refusal::from_code(&code);
                if let Some(detail) = detail {
                    refusal.message = detail;
                }
                Err(refusal)
            }
        }
    }

    /// Creates an Item without Link and returns its public token, as `/sandbox/public_token/create` does.
    pub async fn create_item(&self, new: NewItem<'_>) -> Result<String, BankError> {
        let mut write = self.store().write().await?;
        let item = self.insert_item(&mut write, new, None).await?;
        let token = self.issue_public_token(&mut write, &item.id).await?;
        self.commit(write).await?;
        Ok(token)
    }

    /// Returns the Item of an access token with its accounts, even in an error state.
    pub async fn item(&self, access_token: &str) -> Result<ItemView, BankError> {
        let mut read = self.store().begin_read().await?;
        let item = self.item_for(&mut read, access_token).await?;
        view(&mut read, item).await
    }

    /// Deletes an Item's accounts and transactions. Its id is kept, so that its token answers `ITEM_NOT_FOUND`.
    pub async fn remove_item(&self, access_token: &str) -> Result<(), BankError> {
        let mut write = self.store().write().await?;
        let mut item = self.item_for(&mut write, access_token).await?;
        self.forget_item(&mut write, &mut item).await?;
        self.commit(write).await
    }

    /// Changes the URL of an Item's webhooks and announces this to the new URL.
    pub async fn set_webhook(
        &self,
        access_token: &str,
        webhook: Option<String>,
    ) -> Result<ItemRow, BankError> {
        let mut write = self.store().write().await?;
        let mut item = self.item_for(&mut write, access_token).await?;
        item.webhook = webhook;
        if let Some(url) = item.webhook.clone() {
            let event = webhooks::Event::WebhookUpdateAcknowledged {
                new_webhook_url: url,
            };
            self.announce(&mut write, &mut item, event).await?;
        }
        items::update(&mut write, &item).await?;
        self.commit(write).await?;
        Ok(item)
    }

    /// Puts the Item into `ITEM_LOGIN_REQUIRED`.
    pub async fn reset_login(&self, access_token: &str) -> Result<(), BankError> {
        let mut write = self.store().write().await?;
        let mut item = self.item_for(&mut write, access_token).await?;
        item.error = Some("ITEM_LOGIN_REQUIRED".to_owned());
        item.last_failure_at = Some(self.now().as_millisecond());
        self.announce(&mut write, &mut item, webhooks::Event::ItemError)
            .await?;
        items::update(&mut write, &item).await?;
        self.commit(write).await
    }

    /// Sends a webhook on request, as `/sandbox/item/fire_webhook` does.
    pub async fn fire(&self, access_token: &str, event: webhooks::Event) -> Result<(), BankError> {
        let mut write = self.store().write().await?;
        let mut item = self.item_for(&mut write, access_token).await?;
        if item.webhook.is_none() {
            return Err(Refusal::from_code("SANDBOX_WEBHOOK_INVALID").into());
        }
        if event.kind() == "TRANSACTIONS" && item.initial_at.is_none() {
            return Err(super::not_enabled("transactions").into());
        }
        self.send_to_webhook(&mut write, &mut item, &event).await?;
        items::update(&mut write, &item).await?;
        self.commit(write).await
    }

    /// Creates an Item with the selected accounts, or with all.
    pub(super) async fn insert_item(
        &self,
        db: &mut SqliteConnection,
        new: NewItem<'_>,
        chosen: Option<&[String]>,
    ) -> Result<ItemRow, BankError> {
        let profile = new.person.profile(new.institution, self.today());
        let mut item = self.blank_item(&new, &profile)?;
        items::insert(db, &item).await?;
        let mut any = false;
        for (position, seed) in (0..).zip(&profile.accounts) {
            let mut account = rows::account(&item.id, new.institution, new.username, seed);
            account.selected = chosen.is_none_or(|keys| keys.contains(&seed.key));
            any |= account.selected;
            accounts::insert(db, &item.id, position, &account).await?;
        }
        if !any {
            return Err(Refusal::from_code("NO_ACCOUNTS").into());
        }
        if new.products.iter().any(|product| product == "transactions") {
            self.start_transactions(db, &mut item, new.days_requested)
                .await?;
        }
        items::update(db, &item).await?;
        Ok(item)
    }

    /// When a consent given now expires, in Unix milliseconds: never in North America (`None`), after 90 days in the UK
    /// (its bank's rule) and after 180 in the EU (RTS on strong customer authentication, article 10).
    pub(super) fn consent_end(&self, institution: &Institution) -> Option<i64> {
        let days = match institution.country_codes.first() {
            None | Some(&"US" | &"CA") => return None,
            Some(&"GB") => 90,
            Some(_) => 180,
        };
        let end = self
            .now()
            .saturating_add(SignedDuration::from_hours(24 * days));
        Some(end.unwrap_or(Timestamp::MAX).as_millisecond())
    }

    fn blank_item(&self, new: &NewItem<'_>, profile: &Profile) -> Result<ItemRow, StoreError> {
        let today = self.today().to_string();
        let products = serde_json::json!(new.products).to_string();
        Ok(ItemRow {
            id: ids::opaque(),
            institution_id: new.institution.id.to_owned(),
            username: new.username.to_owned(),
            person: serde_json::to_string(&new.person)?,
            linked_day: today.clone(),
            world_day: today,
            created_at: self.now().as_millisecond(),
            removed_at: None,
            webhook: new.webhook.clone(),
            error: None,
            consented: products.clone(),
            products,
            consent_expires_at: self.consent_end(new.institution),
            days_requested: i64::from(new.days_requested),
            dynamic: profile.dynamic,
            ignores_days: profile.ignores_days_requested,
            seq: 0,
            stage: 0,
            initial_at: None,
            historical_at: None,
            synced_at: None,
            refreshes: 0,
            last_update_at: None,
            last_failure_at: None,
            last_webhook_at: None,
            last_webhook_code: None,
            client_user_id: new.client_user_id.clone(),
            log_in_at: None,
            warned_of: None,
            holds_webhooks: false,
            member_guid: None,
        })
    }

    /// Commits a write and wakes the background task, which may have webhooks to send.
    pub(super) async fn commit(&self, write: Write) -> Result<(), BankError> {
        write.commit().await.map_err(StoreError::from)?;
        self.inner.bell.notify_one();
        Ok(())
    }
}

/// Returns the accounts of an Item's person as they are on a day.
pub(super) fn profile(
    item: &ItemRow,
    institution: &Institution,
    day: jiff::civil::Date,
) -> Result<Profile, StoreError> {
    let person: Person = serde_json::from_str(&item.person)?;
    Ok(person.profile(institution, day))
}

/// Loads the selected accounts of an Item.
pub(super) async fn view(db: &mut SqliteConnection, item: ItemRow) -> Result<ItemView, BankError> {
    let mut accounts = accounts::of_item(db, &item.id).await?;
    accounts.retain(|account| account.selected);
    Ok(ItemView { item, accounts })
}

/// Refuses an Item in an error state.
pub(super) fn well(item: &ItemRow) -> Result<(), Refusal> {
    item.error
        .as_deref()
        .map_or(Ok(()), |code| Err(Refusal::from_code(code)))
}

pub(super) fn live(item: Option<ItemRow>) -> Result<ItemRow, Refusal> {
    item.filter(|item| item.removed_at.is_none())
        .ok_or_else(|| Refusal::from_code("ITEM_NOT_FOUND"))
}
