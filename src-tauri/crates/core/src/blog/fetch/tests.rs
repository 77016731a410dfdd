use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;

/// Short enough that a test of silence is no wait.
const QUICK: Patience = Patience {
    connect: Duration::from_millis(500),
    read: Duration::from_millis(200),
    total: Duration::from_millis(400),
};

fn calm() -> Manners {
    Manners::hurried(Patience::default())
}

fn fetcher(server: &MockServer) -> (Fetcher, Url) {
    let url = Url::parse(&server.uri()).expect("the server has an address");
    (Fetcher::new(&url, CancellationToken::new(), &calm()).expect("a fetcher"), url)
}

async fn answering(at: &str, answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET")).and(path(at)).respond_with(answer).mount(&server).await;
    server
}

#[tokio::test]
async fn a_document_comes_with_what_the_server_said_about_it() {
    let answer = ResponseTemplate::new(200)
        .insert_header("etag", "W/\"7-é\"".replace('é', "e"))
        .insert_header("last-modified", "Wed, 19 Mar 2025 07:11:04 GMT")
        .set_body_raw("<rss/>", "application/rss+xml");
    let server = MockServer::start().await;
    Mock::given(path("/feed"))
        .and(header("user-agent", concat!("Idiolect/", env!("CARGO_PKG_VERSION"), " (+blog import)")))
        .respond_with(answer)
        .mount(&server)
        .await;
    let (fetcher, url) = fetcher(&server);
    let fetched = fetcher.get(&url.join("/feed").expect("a path"), Kind::Feed).await.expect("an answer");
    assert_eq!(fetched.body, b"<rss/>");
    assert_eq!(fetched.content_type.as_deref(), Some("application/rss+xml"));
    assert_eq!(fetched.validators().etag.as_deref(), Some("W/\"7-e\""));
}

#[tokio::test]
async fn validators_go_back_verbatim() {
    let server = MockServer::start().await;
    Mock::given(path("/feed"))
        .and(header("if-none-match", "W/\"abc\""))
        .and(header("if-modified-since", "some day"))
        .respond_with(ResponseTemplate::new(304))
        .mount(&server)
        .await;
    let (fetcher, url) = fetcher(&server);
    let known = Validators { etag: Some("W/\"abc\"".into()), last_modified: Some("some day".into()) };
    let answer = fetcher.get_if_changed(&url.join("/feed").expect("a path"), Kind::Feed, &known).await;
    assert_eq!(answer, Ok(Answer::NotModified));
}

#[tokio::test]
async fn redirects_are_followed_a_few_times() {
    let server = answering("/end", ResponseTemplate::new(200).set_body_string("there")).await;
    for (from, to) in [("/a", "/b"), ("/b", "end"), ("/loop", "/loop")] {
        let hop = ResponseTemplate::new(301).insert_header("location", to);
        Mock::given(path(from)).respond_with(hop).mount(&server).await;
    }
    let (fetcher, url) = fetcher(&server);
    let fetched = fetcher.get(&url.join("/a").expect("a path"), Kind::Page).await.expect("an answer");
    assert!(fetched.final_url.ends_with("/end"));
    let refused = fetcher.get(&url.join("/loop").expect("a path"), Kind::Page).await;
    assert!(matches!(refused, Err(FetchError::RefusedRedirect { .. })), "{refused:?}");
}

#[tokio::test]
async fn no_redirect_leads_into_a_private_network() {
    for inside in ["http://10.0.0.1/", "http://localhost:9/", "http://[::1]/", "http://169.254.169.254/latest"] {
        let server = answering("/", ResponseTemplate::new(302).insert_header("location", inside)).await;
        let (fetcher, url) = fetcher(&server);
        let refused = fetcher.get(&url, Kind::Page).await;
        assert!(matches!(refused, Err(FetchError::BadAddress { .. })), "{inside}: {refused:?}");
    }
}

#[test]
fn no_redirect_gives_up_protection() {
    let from = Url::parse("https://blog.example/feed").expect("an address");
    let to = |location: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, location.parse().expect("a header"));
        next_hop(&from, &headers)
    };
    assert!(matches!(to("http://blog.example/feed"), Err(FetchError::RefusedRedirect { .. })));
    assert!(matches!(to("file:///etc/passwd"), Err(FetchError::RefusedRedirect { .. })));
    assert_eq!(to("//other.example/rss").map(|url| url.to_string()), Ok("https://other.example/rss".to_owned()));
}

#[tokio::test]
async fn a_name_that_stands_for_this_computer_is_refused() {
    let typed = Url::parse("https://blog.example/").expect("an address");
    let fetcher = Fetcher::new(&typed, CancellationToken::new(), &calm()).expect("a fetcher");
    let refused = fetcher.get(&Url::parse("http://localhost:1/").expect("an address"), Kind::Page).await;
    assert!(matches!(refused, Err(FetchError::BadAddress { .. })), "{refused:?}");
}

#[tokio::test]
async fn too_much_is_stopped_whatever_was_promised() {
    let body = vec![b'x'; 10 * 1024 * 1024 + 1];
    let server = answering("/big", ResponseTemplate::new(200).set_body_bytes(body)).await;
    let (fetcher, url) = fetcher(&server);
    let url = url.join("/big").expect("a path");
    assert!(matches!(fetcher.get(&url, Kind::Page).await, Err(FetchError::TooLarge { limit_mb: 10, .. })));
    assert!(fetcher.get(&url, Kind::Feed).await.is_ok());
}

#[tokio::test]
async fn silence_and_stopping_are_told_apart() {
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(60));
    let server = answering("/slow", slow).await;
    let url = Url::parse(&server.uri()).and_then(|url| url.join("/slow")).expect("an address");
    let impatient = Fetcher::new(&url, CancellationToken::new(), &Manners::hurried(QUICK)).expect("a fetcher");
    assert!(matches!(impatient.get(&url, Kind::Page).await, Err(FetchError::NoAnswer { .. })));
    let cancel = CancellationToken::new();
    let patient = Fetcher::new(&url, cancel.clone(), &calm()).expect("a fetcher");
    let (answer, ()) = tokio::join!(patient.get(&url, Kind::Page), async { cancel.cancel() });
    assert_eq!(answer, Err(FetchError::Cancelled));
}

#[tokio::test]
async fn refusals_carry_their_status() {
    let busy = ResponseTemplate::new(429).insert_header("retry-after", "90");
    let server = answering("/busy", busy).await;
    let (fetcher, url) = fetcher(&server);
    let error = fetcher.get(&url.join("/busy").expect("a path"), Kind::Page).await.expect_err("a refusal");
    assert!(matches!(error, FetchError::Status { status: 429, retry_after_s: Some(90), .. }) && error.is_temporary());
    let error = fetcher.get(&url.join("/nothing").expect("a path"), Kind::Page).await.expect_err("a refusal");
    assert!(matches!(error, FetchError::Status { status: 404, .. }) && !error.is_temporary());
}

#[test]
fn every_failure_says_what_happened_and_what_to_do() {
    let host = || "blog.example".to_owned();
    let status = |status, retry_after_s| FetchError::Status { host: host(), status, retry_after_s };
    let all = [
        FetchError::BadAddress { address: "ftp://blog.example".into(), why: "it is not a web address" },
        FetchError::NoAnswer { host: host(), why: "could not be reached" },
        status(403, None),
        status(404, None),
        status(429, None),
        status(429, Some(45)),
        status(429, Some(600)),
        status(503, None),
        status(418, None),
        FetchError::TooLarge { host: host(), limit_mb: 50 },
        FetchError::RefusedRedirect { host: host(), why: "sends us from a protected connection to an unprotected one" },
        FetchError::Cancelled,
    ];
    let told: Vec<String> = all.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test]
async fn a_busy_server_is_asked_again_after_the_time_it_names() {
    let server = MockServer::start().await;
    let busy = ResponseTemplate::new(429).insert_header("retry-after", "0");
    Mock::given(path("/p")).respond_with(busy).up_to_n_times(2).mount(&server).await;
    Mock::given(path("/p")).respond_with(ResponseTemplate::new(200).set_body_string("at last")).mount(&server).await;
    let (fetcher, url) = fetcher(&server);
    let fetched = fetcher.get_in_time(&url.join("/p").expect("a path"), Kind::Page).await.expect("an answer");
    assert_eq!(fetched.body, b"at last");
}

#[tokio::test]
async fn a_server_that_wants_hours_is_left_for_another_day() {
    let answer = ResponseTemplate::new(503)
        .insert_header("date", "Sat, 01 Mar 2025 10:00:00 GMT")
        .insert_header("retry-after", "Sat, 01 Mar 2025 12:00:00 GMT");
    let server = answering("/p", answer).await;
    let (fetcher, url) = fetcher(&server);
    let error = fetcher.get_in_time(&url.join("/p").expect("a path"), Kind::Page).await.expect_err("no answer");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7200)));
    assert_eq!(server.received_requests().await.expect("recorded").len(), 1);
}
