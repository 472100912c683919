//! The frame around a page: the side navigation or the tabs, the notice, and the person.

use std::future::Future;

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::{built_in, copy, head, icon, keys};
use crate::app::error::PageError;
use crate::app::flash::{Flash, Notice};
use crate::app::forms::editing::UndoEdit;
use crate::app::forms::people::{LogOut, leading_on};
use crate::app::visitor;
use domain::user::User;

/// The navigation entry that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The overview, which is the first page.
    Overview,
    /// The list of transactions.
    Transactions,
    /// Accounts and connections.
    Accounts,
    /// Settings.
    Settings,
    /// The admin pages; only admins have this entry.
    Operator,
}

impl Tab {
    const ALL: [Self; 4] = [
        Self::Overview,
        Self::Transactions,
        Self::Accounts,
        Self::Settings,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Transactions => "Transactions",
            Self::Accounts => "Accounts",
            Self::Settings => "Settings",
            Self::Operator => "Admin",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Transactions => "/transactions",
            Self::Accounts => "/accounts",
            Self::Settings => "/settings",
            Self::Operator => "/admin",
        }
    }

    fn icon_path(self) -> &'static str {
        match self {
            Self::Overview => "M3 17l5-5 4 3 8-9M3 21h18",
            Self::Transactions => "M4 6h16M4 12h16M4 18h10",
            Self::Accounts => "M4 10h16L12 4 4 10ZM6 10v8M12 10v8M18 10v8M3 20h18",
            Self::Settings => "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
            Self::Operator => "M4 18a8 8 0 1 1 16 0M12 18l4-6",
        }
    }
}

/// A page's title and content.
pub struct Page {
    title: String,
    body: AnyView,
}

impl Page {
    /// Returns a page.
    pub fn new(title: impl Into<String>, body: impl IntoView + 'static) -> Self {
        let (title, body) = (title.into(), body.into_view().into_any());
        Self { title, body }
    }
}

/// Draws a page for a logged-in person: `read` reads its data, and the result is drawn in the frame, or the error
/// instead.
pub fn framed<Reading>(tab: Tab, read: impl FnOnce(Flash) -> Reading + Send + 'static) -> AnyView
where
    Reading: Future<Output = Result<Page, PageError>> + Send + 'static,
{
    Suspend::new(async move {
        let (user, flash) = match who().await {
            Ok(found) => found,
            Err(error) => return error_page(None, error),
        };
        let notice = flash.notice.clone();
        match read(flash).await {
            Ok(page) => frame(Some(tab), Some(&user), notice.as_ref(), page),
            Err(error) => error_page(Some(&user), error),
        }
    })
    .into_any()
}

/// Draws a public page: in the usual frame for a person who is logged in, otherwise in a frame with a link to log in.
/// `read` is told whether someone is logged in.
pub fn open<Reading>(tab: Tab, read: impl FnOnce(bool) -> Reading + Send + 'static) -> AnyView
where
    Reading: Future<Output = Result<Page, PageError>> + Send + 'static,
{
    Suspend::new(async move {
        let user = visitor::user_if_any().await;
        match (read(user.is_some()).await, user) {
            (Err(error), user) => error_page(user.as_ref(), error),
            (Ok(page), Some(user)) => frame(Some(tab), Some(&user), None, page),
            (Ok(page), None) => open_frame(page),
        }
    })
    .into_any()
}

/// The frame of an open page for visitors who are not logged in.
pub fn open_frame(page: Page) -> AnyView {
    let log_in = leading_on("/log-in", &visitor::here());
    view! {
        {head::title(page.title)}
        <a class="skip" href="#content">"Skip to content"</a>
        <div class="open-frame">
            <header class="open-top">
                <a class="brand" href="/">{icon::passbook()} "Passbook"</a>
                <a class="button" href=log_in>"Log in"</a>
            </header>
            <main id="content" tabindex="-1">{page.body}</main>
        </div>
    }
    .into_any()
}

/// Draws a page without navigation, in the middle of the screen.
pub fn centered(page: Page) -> AnyView {
    view! {
        {head::title(page.title)}
        <main class="alone" id="content">
            <div class="sheet">
                <p class="brand">{icon::passbook()} "Passbook"</p>
                {page.body}
            </div>
        </main>
    }
    .into_any()
}

/// Draws an error page.
pub fn error_page(user: Option<&User>, error: PageError) -> AnyView {
    let number = visitor::request_id().filter(|_| error == PageError::Failed);
    let (way, words) = match error {
        PageError::NotLoggedIn => ("/log-in", "Log in"),
        _ => ("/", "Go to overview"),
    };
    let body = view! {
        <div class="lead">
            <h1 class="title">{error.heading()}</h1>
            <p>{error.advice()}</p>
            {number.map(|id| view! { <p class="soft">"Request " {copy::code("request-id", &id, "request ID")}</p> })}
            <p><a class="button" href=way>{words}</a></p>
        </div>
    };
    let page = Page::new(error.heading(), body);
    match user {
        Some(user) => frame(None, Some(user), None, page),
        None => centered(page),
    }
}

/// Draws the frame.
pub fn frame(
    tab: Option<Tab>,
    user: Option<&User>,
    notice: Option<&Notice>,
    page: Page,
) -> AnyView {
    let operator = user.is_some_and(User::is_operator);
    let entries = Tab::ALL
        .into_iter()
        .chain(operator.then_some(Tab::Operator));
    view! {
        {head::title(page.title)}
        <a class="skip" href="#content">"Skip to content"</a>
        <div class="frame">
            <header class="side">
                <a class="brand" href="/">{icon::passbook()} "Passbook"</a>
                {built_in::badge()}
                <nav aria-label="Main">
                    <ul>{entries.map(|entry| entry_of_list(entry, tab)).collect_view()}</ul>
                </nav>
                {user.map(person)}
            </header>
            <main id="content" tabindex="-1">
                {user.map(|user| view! { <p class="printed">"Passbook · " {user.full_name()}</p> })}
                {notice.map(notice_view)}
                {page.body}
            </main>
        </div>
        {keys::overview()}
    }
    .into_any()
}

/// The button that logs out.
pub fn log_out_button(class: &'static str) -> AnyView {
    view! {
        <form method="post" action=LogOut::url()>
            <button class=class type="submit">"Log out"</button>
        </form>
    }
    .into_any()
}

async fn who() -> Result<(User, Flash), PageError> {
    let user = visitor::user().await?;
    let flash = Flash::take(&visitor::ctx()?, &visitor::session().await?).await?;
    Ok((user, flash))
}

fn entry_of_list(entry: Tab, here: Option<Tab>) -> AnyView {
    let current = (Some(entry) == here).then_some("page");
    view! {
        <li>
            <a href=entry.path() aria-current=current data-name=entry.name()>{icon::line(entry.icon_path())} {entry.name()}</a>
        </li>
    }
    .into_any()
}

fn person(user: &User) -> AnyView {
    view! {
        <div class="person">
            <p>{user.full_name()}</p>
            {log_out_button("as-link")}
            {keys::opener("as-link")}
        </div>
    }
    .into_any()
}

fn notice_view(notice: &Notice) -> AnyView {
    let (class, role) = if notice.wrong {
        ("notice wrong", "alert")
    } else {
        ("notice", "status")
    };
    // The last line quotes a code and request id. Lines before it can come from a bank's name.
    let (text, reference) = match notice.text.rsplit_once('\n') {
        Some((text, reference)) => (text.to_owned(), Some(reference.to_owned())),
        None => (notice.text.clone(), None),
    };
    let reference = reference.map(|it| view! { " " <span class="reference">{it}</span> });
    let undo = notice.undo.as_deref().map(undo);
    view! { <div class=class role=role><p>{text} {reference}</p> {undo}</div> }.into_any()
}

/// The button that undoes an edit of many transactions.
fn undo(edit: &str) -> AnyView {
    view! {
        <form method="post" action=UndoEdit::url()>
            <input type="hidden" name="edit" value=edit.to_owned()/>
            <input type="hidden" name="back" value=visitor::here()/>
            <button class="as-link strong" type="submit">"Undo"</button>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn;

    #[test]
    fn the_last_line_of_a_notice_is_its_reference_and_no_line_is_markup() {
        let text = "A\n</p><b>bank</b> isn’t responding.\nReference: NO_ANSWER".to_owned();
        let page = drawn::html(|| {
            notice_view(&Notice {
                text,
                wrong: true,
                undo: None,
            })
        });
        assert_eq!(page.text(".reference"), "Reference: NO_ANSWER");
        assert_eq!((page.count("p"), page.count("b")), (1, 0));
        assert!(page.text(".notice").starts_with("A\n</p><b>bank"));

        let text = "Done.".to_owned();
        let page = drawn::html(|| {
            notice_view(&Notice {
                text,
                wrong: false,
                undo: None,
            })
        });
        assert_eq!(
            (page.text(".notice"), page.count(".reference")),
            ("Done.".to_owned(), 0)
        );
    }
}
