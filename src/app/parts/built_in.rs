//! What the pages of a bank say when it is the built-in one: how it is logged in to, and where it is told what to do.

use leptos::prelude::*;

use crate::context::Ctx;

/// The test banks of MX's documentation (docs/sandbox.md, "In place of MX").
const TEST_BANKS: [&str; 3] = ["mxbank", "mxbank_oauth", "mxcu"];

/// Which log-ins a bank of the built-in provider takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogIns {
    /// One user, whose password decides what happens.
    TestBank,
    /// The people of the built-in world.
    World,
}

impl LogIns {
    /// Those of an institution; `None` when its bank is a real one.
    #[must_use]
    pub fn of(ctx: &Ctx, institution: &str) -> Option<Self> {
        let built_in = ctx.config.built_in_bank;
        built_in.then(|| match TEST_BANKS.contains(&institution) {
            true => Self::TestBank,
            false => Self::World,
        })
    }

    /// What to type into the form of a log-in.
    pub fn to_type(self) -> AnyView {
        let more = match self {
            Self::TestBank => view! {
                "Username " <code>"mxuser"</code> ", any password. The passwords " <code>"challenge"</code> ", "
                <code>"options"</code> " and " <code>"image"</code> " ask questions; " <code>"INVALID"</code> ", "
                <code>"LOCKED"</code> " and " <code>"UNAVAILABLE"</code> " fail."
            }
            .into_any(),
            Self::World => view! {
                "Username " <code>"user_good"</code> ", password " <code>"pass_good"</code> "."
            }
            .into_any(),
        };
        view! { <p class="soft built-in">"Demo bank. " {more}</p> }.into_any()
    }

    /// What to answer; the questions of the world's own banks say it themselves.
    pub fn to_answer(self) -> Option<AnyView> {
        (self == Self::TestBank).then(|| {
            view! {
                <p class="soft built-in">"Demo bank. The right answer is " <code>"correct"</code> "."</p>
            }
            .into_any()
        })
    }
}

/// The way to the built-in bank's own page.
pub fn panel() -> AnyView {
    view! {
        <p class="soft built-in">
            "Demo bank: you can make it add transactions or fail. "
            <a href="/sandbox">"Open the test panel"</a>
        </p>
    }
    .into_any()
}
