//! Invented rates for tests of the pages.

use crate::app::pages;
use crate::app::parts::chart::{Dot, Plot};
use crate::app::parts::frame::Tab;
use crate::app::rates::{HistoryFilter, LiveRate, LiveRates, RateHistory, RateMessage, RateRow};
use crate::app::tests::every_page::Draw;

/// Both pages in every state.
pub const FRAMED: &[(&str, Tab, Draw)] = &[
    ("live-rates", Tab::Overview, || {
        pages::drawn::live_rates(&live_rates(), true)
    }),
    ("live-rates-stale", Tab::Overview, || {
        pages::drawn::live_rates(&stale_rates(), true)
    }),
    ("live-rates-none", Tab::Overview, || {
        pages::drawn::live_rates(&no_rates(), true)
    }),
    ("live-rates-off", Tab::Overview, || {
        pages::drawn::rates_off(true)
    }),
    ("live-rates-unknown", Tab::Overview, || {
        pages::drawn::unknown_pair(&pairs(), false)
    }),
    ("rate-history", Tab::Overview, || {
        pages::drawn::rate_history(&HistoryFilter::default(), &rate_history())
    }),
    ("rate-history-wrong", Tab::Overview, || {
        pages::drawn::rate_history(&wrong_history_filter(), &wrong_history())
    }),
    ("rate-history-nothing", Tab::Overview, || {
        let nothing = RateHistory {
            rows: Vec::new(),
            line: None,
            pages: 0,
            ..rate_history()
        };
        pages::drawn::rate_history(&HistoryFilter::default(), &nothing)
    }),
];

fn pairs() -> Vec<String> {
    ["BTC/USD", "EUR/USD"].map(str::to_owned).to_vec()
}

/// Returns a current rate.
pub fn live_rates() -> LiveRates {
    LiveRates {
        from: "BTC".into(),
        to: "USD".into(),
        pairs: pairs(),
        made_up: true,
        rate: Some(LiveRate {
            whole: "67,000".into(),
            decimals: ".12345678".into(),
            bid: Some("66,999.90".into()),
            ask: None,
            source: "Coinbase".into(),
            moment: "21 Nov 2026, 10:00:00 UTC".into(),
            exact: "2026-11-21T10:00:00Z".into(),
            age_seconds: 12,
            old_after: 180,
        }),
        message: None,
        line: Some(line()),
        ahead_seconds: 0,
        zone: "UTC".into(),
    }
}

/// Returns a rate that has become old.
pub fn stale_rates() -> LiveRates {
    let mut rates = live_rates();
    rates.message = Some(RateMessage {
        text: "Coinbase isn’t responding.".into(),
        warns: true,
    });
    if let Some(rate) = &mut rates.rate {
        rate.age_seconds = 600;
    }
    rates
}

/// Returns the state before the first rate.
pub fn no_rates() -> LiveRates {
    LiveRates {
        rate: None,
        line: None,
        message: Some(RateMessage {
            text: "The first rate will appear here.".into(),
            warns: false,
        }),
        ..live_rates()
    }
}

/// Returns a page of stored rates.
pub fn rate_history() -> RateHistory {
    let row = |rate: &str, of: Option<&str>| RateRow {
        moment: "21 Nov 2026, 10:00:00".into(),
        exact: "2026-11-21T10:00:00Z".into(),
        of: of.map(str::to_owned),
        rate: rate.into(),
        bid: Some("66,999.90".into()),
        ask: None,
        source: "Coinbase".into(),
    };
    RateHistory {
        pair: "BTC/USD".into(),
        pairs: pairs(),
        made_up: true,
        range: Some("week".into()),
        problems: Vec::new(),
        line: Some(line()),
        rows: vec![
            row("67,000.12", None),
            row("66,990.00", Some("20 Nov 2026, 15:00")),
        ],
        page: 1,
        pages: 9,
        zone: "UTC".into(),
    }
}

/// Returns an invalid filter.
pub fn wrong_history_filter() -> HistoryFilter {
    HistoryFilter {
        pair: "BTC-USD".into(),
        range: "fortnight".into(),
        from: "<b>yesterday".into(),
        ..HistoryFilter::default()
    }
}

/// Returns the page for the invalid filter.
pub fn wrong_history() -> RateHistory {
    let problem = |field: &str| (field.to_owned(), "Enter something else.".to_owned());
    RateHistory {
        range: None,
        problems: vec![problem("from"), problem("range")],
        line: None,
        rows: Vec::new(),
        pages: 0,
        ..rate_history()
    }
}

fn line() -> Plot {
    let dot = |text: &str, across, down| Dot {
        label: format!("21 Nov 2026, {text}"),
        text: "67,000.12".into(),
        across,
        down,
    };
    Plot {
        dots: vec![
            dot("09:00", 0, 300),
            dot("09:06", 100, 500),
            dot("10:00", 1000, 400),
        ],
        rules: ["67,400", "67,200", "67,000"].map(str::to_owned),
        dates: ["09:00", "09:15", "09:30", "09:45", "10:00"]
            .map(str::to_owned)
            .to_vec(),
        heads: ["Time", "Rate"].map(str::to_owned),
    }
}
