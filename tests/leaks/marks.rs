//! Made-up secrets of recognisable form; each is marked, so that a leak names its place.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Makes secrets and remembers what of them nobody may see.
pub struct Marks {
    /// Tells the secrets of one test from those of another.
    name: &'static str,
    secrets: Vec<String>,
}

impl Marks {
    pub fn new(name: &'static str) -> Self {
        Self { name, secrets: Vec::new() }
    }

    /// What of each secret nobody may see.
    pub fn secrets(&self) -> &[String] {
        &self.secrets
    }

    fn keep(&mut self, text: &str) {
        self.secrets.push(text.to_owned());
    }

    /// A word that no program would say, another each time.
    fn word(&self) -> String {
        let number = self.secrets.len();
        format!("MADEUP{}z{number:03}Yq{number:03}kWv{number:03}", self.name.len())
    }

    /// `sb_secret_…`; the prefix alone is public.
    pub fn key(&mut self) -> String {
        let word = self.word() + "Tx";
        self.keep(&word);
        format!("sb_secret_{word}")
    }

    /// A signed token.
    pub fn jwt(&mut self) -> String {
        let payload = format!(
            r#"{{"iss":"supabase","ref":"abcdefghijklmnopqrst","role":"service_role","iat":1700000000,"exp":2050000000,"jti":"{}"}}"#,
            self.word()
        );
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let jwt = [r#"{"alg":"HS256","typ":"JWT"}"#, &payload, "MADEUP-signature-MADEUP"].map(part).join(".");
        self.keep(&jwt);
        jwt
    }

    /// A personal access token: plainly counted, from another digit each time.
    pub fn token(&mut self) -> String {
        let start = self.secrets.len();
        let digits: String =
            (0..40_u32).map(|at| char::from_digit((at + start as u32 * 7 + at / 16) % 16, 16).unwrap()).collect();
        self.keep(&digits);
        format!("sbp_{digits}")
    }

    /// A password without special characters.
    pub fn password(&mut self) -> String {
        let word = self.word();
        self.keep(&word);
        word
    }

    /// A password with the characters at which readers of URLs divide.
    pub fn odd_password(&mut self) -> String {
        let number = self.secrets.len();
        let word = format!("MADEUP/p{number:03}@q{number:03}#r{number:03}?s{number:03}%t:u{number:03}");
        self.keep(&word);
        word
    }

    /// The same, percent-encoded as it should be.
    pub fn encoded_password(&mut self) -> String {
        let word = self.odd_password();
        let encoded = percent_encoding::utf8_percent_encode(&word, percent_encoding::NON_ALPHANUMERIC).to_string();
        self.keep(&encoded);
        encoded
    }

    /// Text of no form at all, without quotes and line ends.
    pub fn text(&mut self) -> String {
        let number = self.secrets.len();
        let text = format!("MADEUP wörds{number:03} of nobody{number:03}, kept");
        self.keep(&text);
        text
    }

    /// The body of a private key: two lines.
    pub fn private_key(&mut self) -> String {
        let (one, two) = (self.password().repeat(2), self.password().repeat(2));
        format!("-----BEGIN PRIVATE KEY-----\n{one}\n{two}\n-----END PRIVATE KEY-----")
    }

    /// A connection string with that password.
    pub fn url(&mut self, password: fn(&mut Self) -> String) -> String {
        format!("postgresql://app:{}@db.example.com:5432/app", password(self))
    }
}
