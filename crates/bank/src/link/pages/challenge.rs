//! The pages of a challenge.

use leptos::prelude::*;

use super::frame::{answers_step, focuses, trouble};
use crate::link::flow::Step;
use crate::link::steps::DEVICES;
use crate::link::visit::Visit;
use crate::world::Challenge;

pub(super) fn view(visit: &Visit) -> AnyView {
    let (heading, fields, hint) = match (visit.flow.step, visit.challenge()) {
        (Step::Device, _) => device(),
        (Step::Questions(round), Some(Challenge::Questions { rounds, per_round })) => {
            questions(round, rounds, per_round)
        }
        (
            Step::Selections(round),
            Some(Challenge::Selections {
                rounds,
                per_round,
                options,
            }),
        ) => selections(round, rounds, per_round, options),
        (Step::YesNo, _) => yes_or_no(),
        _ => code(focuses(visit)),
    };
    view! {
        <form method="post" class="step" autocomplete="off">
            {answers_step(visit)}
            <div class="scroll">
                <h1 tabindex="-1">{heading}</h1>
                {trouble(visit)} {fields}
                <p class="note small soft">{hint}</p>
            </div>
            <div class="foot"><button class="primary">"Continue"</button></div>
        </form>
    }
    .into_any()
}

type Parts = (String, AnyView, String);

fn device() -> Parts {
    let options = DEVICES
        .iter()
        .enumerate()
        .map(|(n, name)| radio("device", n.to_string(), (*name).to_owned(), n == 0, n == 0))
        .collect_view();
    let fields = view! {
        <fieldset class="options"><legend>"Send my code by"</legend>{options}</fieldset>
    };
    (
        "How should we send your code?".into(),
        fields.into_any(),
        "Demo bank: no code is really sent.".into(),
    )
}

fn code(focus: bool) -> Parts {
    let fields = view! {
        <div class="field">
            <label for="code">"Code from the bank"</label>
            <input type="text" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required=true
                maxlength="20" data-focus="1" autofocus=focus/>
        </div>
    };
    (
        "Enter your code".into(),
        fields.into_any(),
        "Demo bank: the code is 1234.".into(),
    )
}

fn questions(round: u8, rounds: u8, per_round: u8) -> Parts {
    let field = |n: u8| {
        let name = format!("answer_{round}_{n}");
        let label = format!("What is your answer to question {}?", n + 1);
        view! {
            <div class="field">
                <label for=name.clone()>{label}</label>
                <input type="text" id=name.clone() name=name.clone() required=true maxlength="200" autocomplete="off"
                    autocapitalize="none" spellcheck="false" data-focus=(n == 0).then_some("1")/>
            </div>
        }
    };
    let fields = (0..per_round).map(field).collect_view().into_any();
    let hint = format!("Demo bank: the first answer is answer_{round}_0.");
    (
        titled("Answer your bank’s questions", round, rounds),
        fields,
        hint,
    )
}

fn selections(round: u8, rounds: u8, per_round: u8, options: u8) -> Parts {
    let field = |n: u8| {
        let name = format!("answer_{round}_{n}");
        let choices = (0..options)
            .map(|option| {
                let value = format!("{name}_{option}");
                radio(&name, value.clone(), value, false, n == 0 && option == 0)
            })
            .collect_view();
        view! {
            <fieldset class="options">
                <legend>{format!("Which is right for question {}?", n + 1)}</legend>{choices}
            </fieldset>
        }
    };
    let fields = (0..per_round).map(field).collect_view().into_any();
    let hint = "Demo bank: the first choice is right.".into();
    (titled("Choose your answers", round, rounds), fields, hint)
}

fn yes_or_no() -> Parts {
    let choices = ["Yes", "No"]
        .into_iter()
        .map(|word| radio("answer_0_0", word.into(), word.into(), false, word == "Yes"))
        .collect_view();
    let fields = view! {
        <fieldset class="options"><legend>"Would you like to continue?"</legend>{choices}</fieldset>
    };
    (
        "Security question".into(),
        fields.into_any(),
        "Demo bank: the right answer is Yes.".into(),
    )
}

fn titled(heading: &str, round: u8, rounds: u8) -> String {
    if rounds > 1 {
        format!("{heading} ({} of {rounds})", round + 1)
    } else {
        heading.to_owned()
    }
}

fn radio(name: &str, value: String, label: String, checked: bool, focus: bool) -> AnyView {
    view! {
        <label>
            <input type="radio" name=name.to_owned() value=value checked=checked required=true
                data-focus=focus.then_some("1")/>
            {label}
        </label>
    }
    .into_any()
}
