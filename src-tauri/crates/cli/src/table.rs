//! Plain aligned tables: no lines around cells, numbers to the right, and the widest text cut where a terminal ends.

use console::{Alignment, Term, measure_text_width, pad_str, style, truncate_str};

/// A table that fills row by row.
pub struct Table {
    heads: Vec<Head>,
    rows: Vec<Vec<String>>,
}

struct Head {
    text: &'static str,
    right: bool,
}

/// Between two columns.
const GAP: usize = 2;
/// A column is never cut below this.
const NARROWEST: usize = 12;

impl Table {
    /// A table with these heads; one that begins with `>` is a column of numbers.
    pub fn new(heads: &[&'static str]) -> Table {
        let head = |text: &&'static str| match text.strip_prefix('>') {
            Some(text) => Head { text, right: true },
            None => Head { text, right: false },
        };
        Table { heads: heads.iter().map(head).collect(), rows: Vec::new() }
    }

    /// Adds a row, one cell a column.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into_iter().map(|cell| cell.replace(['\n', '\t'], " ")).collect());
    }

    /// The table as text.
    pub fn render(&self) -> String {
        let terminal = Term::stdout();
        let room = terminal.is_term().then(|| usize::from(terminal.size().1));
        self.fitted(room)
    }

    fn fitted(&self, room: Option<usize>) -> String {
        let mut widths: Vec<usize> = self.heads.iter().map(|head| measure_text_width(head.text)).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(measure_text_width(cell));
            }
        }
        if let Some(room) = room {
            shrink(&mut widths, room);
        }
        let heads: Vec<String> = self.heads.iter().map(|head| head.text.to_owned()).collect();
        let mut lines = vec![style(self.one(&heads, &widths)).dim().to_string()];
        lines.extend(self.rows.iter().map(|row| self.one(row, &widths)));
        lines.join("\n")
    }

    fn one(&self, cells: &[String], widths: &[usize]) -> String {
        let cell = |((cell, width), head): ((&String, &usize), &Head)| {
            let side = if head.right { Alignment::Right } else { Alignment::Left };
            pad_str(&truncate_str(cell, *width, "…"), *width, side, None).into_owned()
        };
        let cells: Vec<String> = cells.iter().zip(widths).zip(&self.heads).map(cell).collect();
        cells.join(&" ".repeat(GAP)).trim_end().to_owned()
    }
}

/// Takes the missing room from the widest column.
fn shrink(widths: &mut [usize], room: usize) {
    let wanted = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
    if let Some(widest) = widths.iter_mut().max() {
        *widest = widest.saturating_sub(wanted.saturating_sub(room)).max(NARROWEST.min(*widest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posts() -> Table {
        let mut table = Table::new(&[">ID", "TITLE", ">WORDS"]);
        table.row(["1".into(), "On kettles".into(), "812".into()]);
        table.row(["12".into(), "A long walk along the river".into(), "1,204".into()]);
        table
    }

    #[test]
    fn columns_are_aligned_and_numbers_stand_to_the_right() {
        let text = console::strip_ansi_codes(&posts().fitted(None)).into_owned();
        insta::assert_snapshot!(text, @r"
        ID  TITLE                        WORDS
         1  On kettles                     812
        12  A long walk along the river  1,204
        ");
    }

    #[test]
    fn in_a_narrow_terminal_the_widest_column_is_cut() {
        let text = console::strip_ansi_codes(&posts().fitted(Some(30))).into_owned();
        insta::assert_snapshot!(text, @r"
        ID  TITLE                WORDS
         1  On kettles             812
        12  A long walk along …  1,204
        ");
    }
}
