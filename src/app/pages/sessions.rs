//! "Where you’re logged in": browsers, and apps logged in with the password.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::forms::sessions::{EndBrowser, EndOthers, EndProgram};
use crate::app::parts::figure;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::visitor;
use crate::auth::logins;
use crate::ledger::view::When;

/// A browser as the page shows it.
#[derive(Clone, Debug)]
pub struct BrowserRow {
    /// Its public id.
    pub id: String,
    /// The browser in words.
    pub browser: String,
    /// The address from which it was last used; `None` if unknown.
    pub address: Option<String>,
    /// When the person logged in; `None` if unknown.
    pub since: Option<When>,
    /// When it was last used; `None` if unknown.
    pub used: Option<When>,
    /// When it ends unless it is used before.
    pub ends: When,
    /// Whether it is the browser that shows the page.
    pub is_here: bool,
}

/// An app logged in with the password, as the page shows it.
#[derive(Clone, Debug)]
pub struct ProgramRow {
    /// The id of its tokens' family.
    pub id: String,
    /// When it logged in.
    pub since: When,
    /// When it last got tokens.
    pub used: When,
}

/// Reads the data and draws the page.
pub fn sessions() -> AnyView {
    framed(Tab::Settings, |_| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let found = logins::list(&ctx, &visitor::session().await?, &user).await?;
        let when = |moment| crate::ledger::when(&ctx.clock, moment);
        let browsers = found.browsers.into_iter().map(|login| BrowserRow {
            id: login.id.to_string(),
            browser: login
                .browser
                .filter(|words| !words.is_empty())
                .unwrap_or_else(|| "Unknown browser".to_owned()),
            address: login.address,
            since: login.created_at.map(when),
            used: login.last_used_at.map(when),
            ends: crate::ledger::on_day(&ctx.clock, login.expires_at),
            is_here: login.is_here,
        });
        let programs = found.programs.into_iter().map(|login| ProgramRow {
            id: login.id.to_string(),
            since: when(login.created_at),
            used: when(login.last_used_at),
        });
        let (browsers, programs): (Vec<_>, Vec<_>) = (browsers.collect(), programs.collect());
        Ok(Page::new(
            "Where you’re logged in",
            view(&browsers, &programs),
        ))
    })
}

/// Draws the page.
pub fn view(browsers: &[BrowserRow], programs: &[ProgramRow]) -> AnyView {
    let are_others = !programs.is_empty() || browsers.iter().any(|row| !row.is_here);
    view! {
        <p class="back"><a href="/settings">"Settings"</a></p>
        <div class="lead">
            <h1 class="title">"Where you’re logged in"</h1>
            <p class="soft">
                "If you don’t recognize something here, log it out and "
                <a href="/settings/password">"change your password"</a> "."
            </p>
        </div>
        <section class="narrow">
            <h2 class="band-title">"Devices"</h2>
            <ul class="rows">{browsers.iter().map(browser).collect_view()}</ul>
        </section>
        <section class="narrow">
            <h2 class="band-title">"Apps logged in with your password"</h2>
            {if programs.is_empty() {
                view! { <p class="soft">"None."</p> }.into_any()
            } else {
                view! { <ul class="rows">{programs.iter().map(program).collect_view()}</ul> }.into_any()
            }}
        </section>
        {are_others.then(everywhere_else)}
    }
    .into_any()
}

fn browser(row: &BrowserRow) -> AnyView {
    let used = match (&row.used, row.is_here) {
        (_, true) => view! { "in use now" }.into_any(),
        (Some(when), false) => view! { "last used " {figure::moment(when)} }.into_any(),
        (None, false) => {
            view! { "ends " {figure::moment(&row.ends)} " if it isn’t used" }.into_any()
        }
    };
    let since = row
        .since
        .as_ref()
        .map(|when| view! { ", logged in " {figure::moment(when)} });
    let end = (!row.is_here).then(|| {
        view! {
            <form class="does" method="post" action=EndBrowser::url()>
                <input type="hidden" name="session" value=row.id.clone()/>
                <button class="button quiet" type="submit">
                    "Log out" <span class="hidden">" " {row.browser.clone()}</span>
                </button>
            </form>
        }
    });
    view! {
        <li class="line">
            <div>
                <p class="name">{row.browser.clone()}</p>
                {row.is_here.then(|| view! { <p><strong>"This device"</strong></p> })}
            </div>
            <div>
                {row.address.clone().map(|address| view! { <p class="code">{address}</p> })}
                <p class="soft">{used} {since}</p>
            </div>
            {end}
        </li>
    }
    .into_any()
}

fn program(row: &ProgramRow) -> AnyView {
    let label = format!("Log out the app that logged in {}", row.since.words);
    view! {
        <li class="line">
            <p class="name">"Logged in " {figure::moment(&row.since)}</p>
            <p class="soft">"last used " {figure::moment(&row.used)}</p>
            <form class="does" method="post" action=EndProgram::url()>
                <input type="hidden" name="program" value=row.id.clone()/>
                <button class="button quiet" type="submit" aria-label=label>"Log out"</button>
            </form>
        </li>
    }
    .into_any()
}

fn everywhere_else() -> AnyView {
    view! {
        <section class="narrow">
            <h2 class="band-title">"Everywhere else"</h2>
            <p class="soft">
                "This logs out every other device and every app above. It doesn’t end your "
                <a href="/settings/programs">"API keys and apps with access"</a> "."
            </p>
            <form method="post" action=EndOthers::url()>
                <button class="button" type="submit">"Log out everywhere else"</button>
            </form>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn this_device_is_marked_and_every_other_can_be_logged_out() {
        let (browsers, programs) = (invented::browsers(), invented::programs());
        let page = html(|| view(&browsers, &programs));
        let others = browsers.len() - 1;
        assert_eq!(page.count("form[action='/forms/session-ended']"), others);
        assert_eq!(page.text("strong"), "This device");
        let here = page.all("li.line")[0];
        let told: String = here.text().collect();
        assert!(
            told.contains("This device") && told.contains("in use now"),
            "{told}"
        );
        assert!(!told.contains("Log out"), "{told}");
        assert_eq!(
            page.count("form[action='/forms/program-ended']"),
            programs.len()
        );
        assert_eq!(page.count("form[action='/forms/others-ended']"), 1);
    }

    #[test]
    fn a_session_of_which_little_is_known_says_when_it_ends() {
        let page = html(|| view(&invented::browsers()[3..], &[]));
        let told = page.text("li.line");
        assert!(told.contains("Unknown browser"), "{told}");
        assert!(
            told.contains("ends on 5 Dec 2026 if it isn’t used"),
            "{told}"
        );
    }

    #[test]
    fn where_nothing_else_is_logged_in_nothing_is_offered() {
        let page = html(|| view(&invented::browsers()[..1], &[]));
        assert_eq!(page.count("form"), 0);
    }
}
