//! Tests which sources there are, what they cover, and how often they may be asked.

use super::*;
use jiff::SignedDuration;

#[tokio::test]
async fn what_a_source_can_never_give_is_not_asked() {
    let loopback = Loopback::start().await;
    let [(alphavantage, ..), (coinbase, ..), (frankfurter, ..)] = loopback.each();
    for (text, of_coinbase, of_frankfurter) in [
        ("BTC/USD", true, false),
        ("ETH/BTC", true, false),
        ("USDC/EUR", true, false),
        ("USD/BTC", false, false),
        ("USD/EUR", false, true),
        ("EUR/JPY", false, true),
        ("EUR/RUB", false, false),
        ("KWD/USD", false, false),
    ] {
        let pair = pair(text);
        assert!(alphavantage.covers(&pair), "{text}");
        assert_eq!(coinbase.covers(&pair), of_coinbase, "{text}");
        assert_eq!(frankfurter.covers(&pair), of_frankfurter, "{text}");
        for source in [&coinbase, &frankfurter] {
            if !source.covers(&pair) {
                let told = source.latest(&pair).await;
                assert_eq!(told, Err(RateRefusal::NotOffered), "{text}");
            }
        }
    }
    assert!(loopback.seen().is_empty());
}

#[tokio::test]
async fn sources_are_asked_in_order_and_the_one_with_a_key_only_with_one() {
    let loopback = Loopback::start().await;
    let mut config = RateConfig {
        alphavantage_url: loopback.base.clone(),
        alphavantage_key: None,
        coinbase_url: loopback.base.clone(),
        frankfurter_url: loopback.base.clone(),
    };
    let names = |config: &RateConfig| {
        let all = config.sources(&loopback.clock).expect("sources");
        all.iter()
            .map(|it| (it.name(), it.title()))
            .collect::<Vec<_>>()
    };
    let keyless = [
        ("coinbase", "Coinbase"),
        ("frankfurter", "European Central Bank (Frankfurter)"),
    ];
    assert_eq!(names(&config), keyless);
    config.alphavantage_key = Some(Secret::new(KEY));
    assert_eq!(names(&config)[0], ("alphavantage", "Alpha Vantage"));
    assert_eq!(names(&config)[1..], keyless);
    config.coinbase_url = "mailto:nobody@example.com".parse().expect("an address");
    assert!(config.sources(&loopback.clock).is_err());
    for base in [
        AlphaVantage::BASE_URL,
        Coinbase::BASE_URL,
        Frankfurter::BASE_URL,
    ] {
        assert!(
            base.parse::<url::Url>()
                .is_ok_and(|it| it.scheme() == "https")
        );
    }
}

#[tokio::test]
async fn a_free_key_lasts_for_a_day_of_calls() {
    let loopback = Loopback::start().await;
    let allowed = loopback.alphavantage().allows();
    assert_eq!(allowed.calls_a_day, Some(25));
    assert_eq!(allowed.every * 25, SignedDuration::from_hours(24));
    for (source, ..) in &loopback.each()[1..] {
        assert_eq!(source.allows().calls_a_day, None);
        assert!(source.allows().every.is_positive());
    }
}
