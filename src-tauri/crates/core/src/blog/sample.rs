//! placeholder until the sample lands
pub const SAMPLE_FEED: &str = "";
pub const SAMPLE_URL: &str = "https://sample.example/";
pub const SAMPLE_NAME: &str = "";
