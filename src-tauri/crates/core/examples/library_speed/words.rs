//! Posts of invented words, the same every time.

use std::fmt::Write;

/// Words as language has them: the k-th most frequent about 1/k as often as the first (Zipf).
pub struct Words(pub u64);

impl Words {
    fn random(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A word.
    pub fn next(&mut self) -> String {
        // The inverse of the logarithmic distribution gives 1/k over 20,000 words.
        let rank = 20_000_f64.powf(self.random()) as u64;
        let mut word = String::new();
        let mut rest = rank.wrapping_mul(2_654_435_761) % 100_000_007 + 27;
        while rest > 0 {
            let (consonant, vowel) = (b"bdfgklmnprstv"[(rest % 13) as usize], b"aeiou"[(rest / 13 % 5) as usize]);
            word.extend([char::from(consonant), char::from(vowel)]);
            rest /= 65;
        }
        word
    }

    /// A paragraph of so many words.
    pub fn paragraph(&mut self, words: usize) -> String {
        let all: Vec<String> = (0..words).map(|_| self.next()).collect();
        all.join(" ") + "."
    }

    /// A post of about 850 words.
    pub fn post(&mut self, number: usize) -> String {
        let mut text = format!("---\ntitle: {}\ndate: 20{:02}-06-01\n---\n", self.paragraph(5), number / 500);
        for _ in 0..12 {
            let _ = write!(text, "\n{}\n", self.paragraph(70));
        }
        text
    }
}
