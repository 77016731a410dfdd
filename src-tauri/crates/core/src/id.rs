//! Row numbers as types of their own, so that a post's number cannot be taken for an example's.

/// Declares an id: a `u32` in the database, a number on the wire, its digits in text.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, specta::Type,
        )]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                u32::column_result(value).map($name)
            }
        }
    };
}

id!(
    /// A place posts come from.
    SourceId
);
id!(
    /// A post of the blog.
    PostId
);
id!(
    /// A training example.
    ExampleId
);
id!(
    /// A training run.
    RunId
);
id!(
    /// A version that can draft.
    VersionId
);
id!(
    /// A draft being written.
    DraftId
);
