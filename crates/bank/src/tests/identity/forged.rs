//! False ID tokens, each detected by a check that does not use the code that makes them.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};

use super::{API, fault, get, part, sign_in, text};
use crate::bank::FALSE_TOKENS;
use crate::tests::TestBank;

/// Verifies an ID token as a careful client does (Core 1.0, 3.1.3.7). Returns its claims, or what is wrong.
pub(super) async fn verified(
    bank: &TestBank,
    provider: &str,
    token: &str,
) -> Result<Value, String> {
    let issuer = format!("{API}/identity/{provider}");
    let keys = get(bank, &format!("/identity/{provider}/jwks"), "").await;
    let keys: JwkSet = serde_json::from_str(keys.html()).expect("a JWK set");
    let said = |error: jsonwebtoken::errors::Error| format!("{:?}", error.kind());
    let header = decode_header(token).map_err(said)?;
    let kid = header.kid.ok_or("no kid")?;
    let key = keys.find(&kid).ok_or("unknown kid")?;
    let key = DecodingKey::from_jwk(key).map_err(said)?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&["me"]);
    validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
    // The clock of these tests differs from the machine's.
    validation.validate_exp = false;
    let claims = decode::<Value>(token, &key, &validation)
        .map_err(said)?
        .claims;
    let now = bank.clock.now().as_second();
    let second = |name: &str| claims[name].as_i64().expect("a second");
    if second("exp") <= now {
        return Err("ExpiredSignature".to_owned());
    }
    assert!(second("iat") <= now);
    if claims["nonce"] != "n-1" {
        return Err("nonce".to_owned());
    }
    Ok(claims)
}

#[tokio::test]
async fn every_false_id_token_is_found_and_the_next_one_is_true() {
    let bank = TestBank::ready().await;
    for provider in ["google", "oidc"] {
        for (code, _) in FALSE_TOKENS {
            let order = json!({"identity": provider, "fault": "id_token", "error_code": code});
            fault(&bank, order).await;
            let told = sign_in(&bank, provider, &[], &[]).await;
            let verdict = verified(&bank, provider, text(&told, "id_token")).await;
            let wrong = match code {
                "wrong_nonce" | "no_nonce" => "nonce",
                "wrong_issuer" => "InvalidIssuer",
                "wrong_audience" => "InvalidAudience",
                "expired" => "ExpiredSignature",
                "wrong_key" => "InvalidSignature",
                "unknown_kid" => "unknown kid",
                "hs256" => "InvalidAlgorithm",
                "alg_none" => "",
                // These tokens pass verification.
                _ => {
                    let claims = verdict.expect("a good token");
                    let path = format!("/identity/{provider}/userinfo");
                    let info = get(&bank, &path, text(&told, "access_token")).await.json();
                    match code {
                        "no_email" => {
                            assert_eq!((claims.get("email"), info.get("email")), (None, None))
                        }
                        "unverified" => assert_eq!(
                            [&claims, &info].map(|one| one["email_verified"].clone()),
                            [false; 2]
                        ),
                        "wrong_at_hash" => {
                            assert!(claims["at_hash"].as_str().expect("text").len() == 22)
                        }
                        other => panic!("nobody checks {other}"),
                    }
                    continue;
                }
            };
            let why = verdict.expect_err(code);
            assert!(why.contains(wrong), "{code}: {why}");
            let told = sign_in(&bank, provider, &[], &[]).await;
            let verdict = verified(&bank, provider, text(&told, "id_token")).await;
            assert!(verdict.is_ok(), "{code}: {verdict:?}");
        }
    }
}

#[tokio::test]
async fn false_signatures_are_what_they_say() {
    let bank = TestBank::ready().await;
    let token = async |code: &str| {
        let order = json!({"identity": "oidc", "fault": "id_token", "error_code": code});
        fault(&bank, order).await;
        let told = sign_in(&bank, "oidc", &[], &[]).await;
        text(&told, "id_token").to_owned()
    };
    let none = token("alg_none").await;
    assert_eq!(part(&none, 0)["alg"], "none");
    assert!(none.ends_with('.'));

    let keys = get(&bank, "/identity/oidc/jwks", "").await.json();
    let kid = text(&keys["keys"][0], "kid");
    let symmetric = token("hs256").await;
    assert_eq!(
        (
            text(&part(&symmetric, 0), "alg"),
            text(&part(&symmetric, 0), "kid")
        ),
        ("HS256", kid)
    );
    let stranger = token("wrong_key").await;
    assert_eq!(
        text(&part(&stranger, 0), "kid"),
        kid,
        "under the name of the right one"
    );

    // A client that uses the public key as the secret accepts the token.
    let set: JwkSet = serde_json::from_value(keys).expect("a JWK set");
    let pem = pem_of(&set);
    let mut careless = Validation::new(Algorithm::HS256);
    careless.set_audience(&["me"]);
    careless.validate_exp = false;
    let secret = DecodingKey::from_secret(pem.as_bytes());
    assert!(decode::<Value>(&symmetric, &secret, &careless).is_ok());
}

/// Returns the public key as PEM: a sequence of the algorithm and a bit string with the sequence of both numbers.
fn pem_of(set: &JwkSet) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use jsonwebtoken::jwk::AlgorithmParameters;
    let AlgorithmParameters::RSA(numbers) = &set.keys[0].algorithm else {
        panic!("an RSA key");
    };
    let der = |tag: u8, content: &[u8]| {
        let length = content.len();
        let head = match length {
            0..128 => vec![tag, length as u8],
            _ => vec![tag, 0x82, (length >> 8) as u8, (length & 255) as u8],
        };
        [head, content.to_vec()].concat()
    };
    let integer = |text: &str| {
        let number = URL_SAFE_NO_PAD.decode(text).expect("base64url");
        let sign = if number[0] >= 128 {
            vec![0]
        } else {
            Vec::new()
        };
        der(2, &[sign, number].concat())
    };
    let key = der(0x30, &[integer(&numbers.n), integer(&numbers.e)].concat());
    let rsa = [
        0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0,
    ];
    let all = der(
        0x30,
        &[rsa.to_vec(), der(3, &[vec![0], key].concat())].concat(),
    );
    let text = STANDARD.encode(all);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).expect("text"))
        .collect();
    format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        lines.join("\n")
    )
}
