use axum::http::StatusCode;

use crate::headers::POLICY;
use crate::testing::{TestSite, withstands};

#[tokio::test]
async fn the_front_page_is_for_browsers_and_the_status_for_programs() {
    let site = TestSite::new().await;
    let page = site.get("/").await;
    page.shows(&["<h1", "href=\"/block/5\"", "in sync"]);
    assert_eq!(page.header("content-security-policy"), POLICY);
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert!(
        !page.body.contains("style=\""),
        "the policy refuses inline styles"
    );

    let ask = |accept: &'static str| {
        let address = site.address();
        async move {
            use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            let request =
                format!("GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{accept}\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        }
    };
    let browser = ask("accept: text/html,*/*;q=0.8\r\n").await;
    assert!(browser.contains("<!doctype html>"), "{browser}");
    for program in ["", "accept: */*\r\n", "accept: application/json\r\n"] {
        let answer = ask(program).await;
        assert!(answer.contains("\"lastBlockNumber\":5"), "{answer}");
        assert!(
            answer.contains("access-control-allow-origin: *"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn the_front_page_says_what_happens_in_words() {
    let mut site = TestSite::new().await;
    let much = serde_json::json!({ "symbol": "COOL", "to": "bob", "quantity": "5000" });
    site.tries("carol", "tokens", "transfer", much);
    site.indexed().await;
    site.get("/").await.shows(&[
        "alice issued 100 COOL to carol",
        "told-reason",
        "Failed in 24 hours",
        "16.67 %",
        "Accounts active in 24 hours",
    ]);
    let bare = TestSite::without_index().await;
    let page = bare.get("/").await;
    page.shows(&["alice issued 100 COOL to carol"]);
    assert!(!page.body.contains("Failed in 24 hours"));
}

#[tokio::test]
async fn an_unknown_page_says_what_to_do() {
    let site = TestSite::new().await;
    let page = site.get("/no/such/page").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(
        page.body.contains("<h1>There is nothing here</h1>"),
        "{}",
        page.body
    );
    assert_eq!(page.header("content-security-policy"), POLICY);

    let program = site.get_with("/no/such/page", &[("accept", "*/*")]).await;
    assert_eq!(program.status, StatusCode::NOT_FOUND);
    assert_eq!(program.json()["error"]["code"], 404);
    withstands(&site, &["/{}", "/?q={}", "/style?tab={}&page={}"]).await;
}

#[tokio::test]
async fn language_and_theme_are_kept_in_cookies() {
    let site = TestSite::new().await;
    let spanish = [
        ("accept", "text/html"),
        ("accept-language", "de, es-MX;q=0.8, en;q=0.5"),
    ];
    let page = site.get_with("/", &spanish).await;
    page.shows(&[
        "<html lang=\"es\" data-theme=\"system\">",
        "Últimos bloques",
    ]);

    let chosen = site
        .post_form(
            "/preferences",
            "language=en&theme=dark&back=%2Fstyle%3Ftab%3D2",
        )
        .await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER);
    assert_eq!(chosen.header("location"), "/style?tab=2");
    let cookies: Vec<_> = chosen.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 2, "{cookies:?}");

    let cookie = (
        "cookie",
        "tartan-language=en; tartan-theme=dark; tartan-account=alice",
    );
    let page = site
        .get_with("/style", &[spanish[0], spanish[1], cookie])
        .await;
    page.shows(&["<html lang=\"en\" data-theme=\"dark\">", "/@alice/wallet"]);

    let hostile = (
        "cookie",
        "tartan-account=\"><script>alert(1)</script>; tartan-theme=x",
    );
    let page = site.get_with("/", &[spanish[0], hostile]).await;
    page.shows(&["data-theme=\"system\""]);
    assert!(!page.body.contains("<script>alert"), "{}", page.body);

    let wrong = site.post_form("/preferences", "language=xx").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.body.contains("expected en or es as language"));
}

#[tokio::test]
async fn the_page_of_components_shows_them() {
    let site = TestSite::new().await;
    let page = site.get("/style?keep=1").await;
    page.shows(&[
        "1,234,567.8900",
        "chip good",
        "href=\"/style?keep=1&#38;page=3\"",
    ]);
}

#[tokio::test]
async fn pages_load_the_style_sheet_of_their_area_and_of_no_other() {
    let site = TestSite::new().await;
    let areas = &crate::assets::entry().areas;
    for (path, area) in [
        ("/", ""),
        ("/operator", ""),
        ("/login", ""),
        ("/no/such/page", ""),
        ("/blocks", "explorer"),
        ("/tokens/COOL", "tokens"),
        ("/markets", "market"),
        ("/@alice/wallet", "wallet"),
    ] {
        let page = site.get(path).await;
        for (name, sheet) in areas {
            let link = format!("<link rel=\"stylesheet\" href=\"{sheet}\">");
            assert_eq!(page.body.contains(&link), name == area, "{path}: {name}");
        }
        let all = &crate::assets::entry().styles;
        assert!(!all.is_empty() && all.iter().all(|sheet| page.body.contains(sheet)));
    }
    let names: Vec<_> = areas.keys().map(String::as_str).collect();
    assert_eq!(names, ["explorer", "market", "tokens", "wallet"]);
    let sheet = site.get(&areas["market"]).await;
    assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
}

#[tokio::test]
async fn assets_are_compressed_and_never_asked_for_again() {
    let site = TestSite::new().await;
    let script = crate::assets::entry().script.clone();
    let answer = site
        .get_with(&script, &[("accept-encoding", "gzip, br")])
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-encoding"), "br");
    assert!(answer.header("cache-control").contains("immutable"));
    assert_eq!(
        answer.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    let plain = site.get_with(&script, &[]).await;
    assert_eq!(plain.header("content-encoding"), "");
    assert!(
        plain.body.contains("customElements") || plain.body.contains("import"),
        "{}",
        plain.body
    );
    assert_eq!(
        site.get("/assets/../Cargo.toml").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        site.get("/favicon.svg").await.header("content-type"),
        "image/svg+xml"
    );
    site.get("/robots.txt").await.shows(&["User-agent"]);
}
