//! Tests the requests to sources, and the parsing of their responses.

use super::*;
use axum::http::header::USER_AGENT;

/// Returns the quote that a source reads from one response.
async fn told(
    source: &dyn RateSource,
    loopback: &Loopback,
    pair: &Pair,
    body: &str,
) -> Result<[String; 4], RateRefusal> {
    loopback.on(200, &[], body);
    let quote = source.latest(pair).await?;
    assert_eq!((&quote.pair, quote.source.as_str()), (pair, source.name()));
    Ok(written(&quote))
}

#[tokio::test]
async fn alpha_vantage_is_asked_with_the_key_in_the_query_and_keeps_every_digit() {
    let loopback = Loopback::start().await;
    let source = loopback.alphavantage();
    let read = told(&source, &loopback, &pair("btc/usd"), ALPHAVANTAGE).await;
    let figures = ["90347.92000000", "90347.91000000", "90348.63000000"];
    let read = read.expect("a quote");
    assert_eq!(read[..3], figures);
    assert_eq!(read[3], "2026-11-21T15:59:01Z");
    let seen = loopback.only();
    assert_eq!(seen.path, "/below/query");
    assert_eq!(
        seen.query,
        "function=CURRENCY_EXCHANGE_RATE&from_currency=BTC&to_currency=USD&apikey=K3Y%2B0F%2FMINE"
    );
    assert!(!format!("{:?}", seen.headers).contains("K3Y"), "{seen:?}");
}

#[tokio::test]
async fn coinbase_is_asked_for_a_product_by_a_named_program() {
    let loopback = Loopback::start().await;
    let read = told(&loopback.coinbase(), &loopback, &pair("BTC/USD"), COINBASE).await;
    let time = "2026-11-21T15:59:03.511254Z";
    let wanted = ["90333.99", "90333.98", "90333.99", time].map(str::to_owned);
    assert_eq!(read, Ok(wanted));
    let seen = loopback.only();
    assert_eq!(seen.path, "/below/products/BTC-USD/ticker");
    assert_eq!(seen.query, "");
    let agent = seen.headers[USER_AGENT].to_str().expect("a text");
    assert!(agent.starts_with("Passbook/"), "{agent}");
}

#[tokio::test]
async fn frankfurter_gives_the_last_working_day_at_the_time_of_publication() {
    let loopback = Loopback::start().await;
    let source = loopback.frankfurter();
    let read = told(&source, &loopback, &pair("USD/EUR"), FRANKFURTER).await;
    let wanted = ["0.95120", "", "", "2026-11-20T15:00:00Z"].map(str::to_owned);
    assert_eq!(read, Ok(wanted));
    let seen = loopback.only();
    assert_eq!(seen.path, "/below/v1/latest");
    assert_eq!(seen.query, "base=USD&symbols=EUR");
}

#[tokio::test]
async fn a_bid_or_ask_may_be_missing() {
    let loopback = Loopback::start().await;
    let [(alphavantage, btc, _), (coinbase, ..), _] = loopback.each();
    for bid in ["", r#""bid": null,"#, r#""bid": "","#, r#""bid": "-","#] {
        let body = COINBASE.replace(r#""bid": "90333.98","#, bid);
        let read = told(&*coinbase, &loopback, &btc, &body)
            .await
            .expect("a quote");
        assert_eq!(read[..3], ["90333.99", "", "90333.99"], "{bid}");
        let bid = bid.replace("bid", "8. Bid Price");
        let body = ALPHAVANTAGE.replace(r#""8. Bid Price": "90347.91000000","#, &bid);
        let read = told(&*alphavantage, &loopback, &btc, &body)
            .await
            .expect("a quote");
        assert_eq!(read[..3], ["90347.92000000", "", "90348.63000000"], "{bid}");
    }
}

#[tokio::test]
async fn without_a_rate_above_zero_there_is_no_quote() {
    let loopback = Loopback::start().await;
    for (source, pair, body) in loopback.each() {
        for rate in ["", "-", "0", "-1", "NaN", "1e5", &"9".repeat(29)] {
            let rate = format!("\"{rate}\"");
            let mut body = body.clone();
            for was in ["\"90347.92000000\"", "\"90333.99\"", "0.95120"] {
                body = body.replacen(was, &rate, 1);
            }
            let read = told(&*source, &loopback, &pair, &body).await;
            assert_eq!(read, Err(RateRefusal::Away(None)), "{rate} {body}");
        }
    }
}

#[tokio::test]
async fn an_answer_about_another_pair_is_not_believed() {
    let loopback = Loopback::start().await;
    let [(alphavantage, btc, told_av), _, (frankfurter, usd, told_ff)] = loopback.each();
    for (source, pair, body) in [
        (&alphavantage, &btc, told_av.replace("\"BTC\"", "\"ETH\"")),
        (&alphavantage, &btc, told_av.replace("\"USD\"", "\"EUR\"")),
        (&alphavantage, &btc, told_av.replace("\"USD\"", "null")),
        (&frankfurter, &usd, told_ff.replace("USD", "EUR")),
        (&frankfurter, &usd, told_ff.replace("EUR", "GBP")),
        (&frankfurter, &usd, told_ff.replace("1.0,", "100,")),
        (&frankfurter, &usd, told_ff.replace("1.0,", "0,")),
    ] {
        let read = told(&**source, &loopback, pair, &body).await;
        assert_eq!(read, Err(RateRefusal::Away(None)), "{body}");
    }
    let none = told_ff.replace(r#""EUR": 0.95120"#, "");
    let read = told(&*frankfurter, &loopback, &usd, &none).await;
    assert_eq!(read, Err(RateRefusal::NotOffered));
}

#[tokio::test]
async fn a_time_that_has_not_come_or_is_none_is_not_believed() {
    let loopback = Loopback::start().await;
    for (source, pair, body) in loopback.each() {
        let day = if source.name() == "frankfurter" {
            "2026-11-20"
        } else {
            "2026-11-21"
        };
        for odd in ["2026-11-22", "9999-12-31", "2026-11-31", "soon", ""] {
            let body = body.replace(day, odd);
            let read = told(&*source, &loopback, &pair, &body).await;
            assert_eq!(read, Err(RateRefusal::Away(None)), "{body}");
        }
    }
    let body = ALPHAVANTAGE.replace("UTC", "Mars/Phobos");
    let (source, btc) = (loopback.alphavantage(), pair("BTC/USD"));
    let read = told(&source, &loopback, &btc, &body).await;
    assert_eq!(read, Err(RateRefusal::Away(None)));
}
