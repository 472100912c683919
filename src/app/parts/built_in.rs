//! Hints on a bank's pages when it is the demo bank: which log-ins it takes, and the way to its test panel.

use leptos::prelude::*;

use crate::context::Ctx;

/// The test banks of MX's documentation (docs/sandbox.md, "In place of MX").
const TEST_BANKS: [&str; 3] = ["mxbank", "mxbank_oauth", "mxcu"];

/// The log-ins that a bank of the demo provider takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogIns {
    /// One user name; the password decides what happens.
    TestBank,
    /// The people of the demo bank's world.
    World,
}

impl LogIns {
    /// Returns those of an institution; `None` if its bank is real.
    #[must_use]
    pub fn for_institution(ctx: &Ctx, institution: &str) -> Option<Self> {
        let built_in = ctx.config.built_in_bank;
        built_in.then(|| match TEST_BANKS.contains(&institution) {
            true => Self::TestBank,
            false => Self::World,
        })
    }

    /// Says what to type into the log-in form.
    pub fn to_type(self) -> AnyView {
        let more = match self {
            Self::TestBank => view! {
                "Log in as " <code>"mxuser"</code> " with any password. With the password " <code>"challenge"</code> ", "
                <code>"options"</code> " or " <code>"image"</code> " the bank asks a security question; with "
                <code>"INVALID"</code> ", " <code>"LOCKED"</code> " or " <code>"UNAVAILABLE"</code> " it fails."
            }
            .into_any(),
            Self::World => view! {
                "Log in as " <code>"user_good"</code> " with the password " <code>"pass_good"</code> "."
            }
            .into_any(),
        };
        view! { <p class="soft built-in">"Demo bank. " {more}</p> }.into_any()
    }

    /// Says what to answer. The questions of the world's own banks say it themselves, so those have no hint.
    pub fn to_answer(self) -> Option<AnyView> {
        (self == Self::TestBank).then(|| {
            view! {
                <p class="soft built-in">"Demo bank. Answer any question with " <code>"correct"</code> "."</p>
            }
            .into_any()
        })
    }
}

/// The lasting note beside the navigation that nothing here is real; `None` with a real provider.
pub fn badge() -> Option<AnyView> {
    let demo = use_context::<Ctx>().is_some_and(|ctx| ctx.config.built_in_bank);
    demo.then(drawn_badge)
}

/// Draws the note.
pub fn drawn_badge() -> AnyView {
    view! {
        <a class="demo-badge" href="/sandbox" title="Open the demo bank’s test panel">
            <strong>"Demo"</strong>
            " Every bank and amount is made up."
        </a>
    }
    .into_any()
}

/// A link to the demo bank's test panel.
pub fn panel() -> AnyView {
    view! {
        <p class="soft built-in">
            "Demo bank: you can make it add transactions or fail. "
            <a href="/sandbox">"Open the test panel"</a>
        </p>
    }
    .into_any()
}
