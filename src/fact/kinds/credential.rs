//! `credential`: a key or a password, recognised by its content.

use super::variable_name;
use crate::fact::{Field, FieldDef, Kind, KindDef, Type, VariantDef, Word};

/// Who signed a JWT.
pub const ISSUERS: &[Word] = &[
    Word::new("supabase", "Supabase"),
    Word::new("supabase-demo", "Supabase's published demo"),
    Word::new("supabase-auth", "a Supabase project's sign-in"),
    Word::new("other", "somebody else"),
];

/// Whose key it is.
pub const VENDORS: &[Word] = &[
    Word::new("anthropic", "Anthropic"),
    Word::new("aws", "AWS"),
    Word::new("cloudflare", "Cloudflare"),
    Word::new("digitalocean", "DigitalOcean"),
    Word::new("github", "GitHub"),
    Word::new("gitlab", "GitLab"),
    Word::new("google", "Google"),
    Word::new("huggingface", "Hugging Face"),
    Word::new("linear", "Linear"),
    Word::new("mailgun", "Mailgun"),
    Word::new("npm", "npm"),
    Word::new("openai", "OpenAI"),
    Word::new("pypi", "PyPI"),
    Word::new("sendgrid", "SendGrid"),
    Word::new("sentry", "Sentry"),
    Word::new("shopify", "Shopify"),
    Word::new("slack", "Slack"),
    Word::new("stripe", "Stripe"),
    Word::new("twilio", "Twilio"),
];

/// Where a credential stands.
pub const STANDS: &[Word] = &[
    Word::new("value", "in the value of a variable"),
    Word::new("literal", "in a literal"),
    Word::new("command", "in a command"),
    Word::new("comment", "in a comment"),
];

const ALL: &[Field] = &[Field::Value, Field::Stands, Field::Secret, Field::Demo, Field::Role];
const SUPABASE: &[Field] = &[Field::Value, Field::Stands, Field::Secret, Field::Demo, Field::Role, Field::Project];
const VENDOR: &[Field] = &[Field::Value, Field::Stands, Field::Secret, Field::Demo, Field::Role, Field::Vendor];
const OTHER_JWT: &[Field] =
    &[Field::Value, Field::Stands, Field::Secret, Field::Demo, Field::Role, Field::Issuer, Field::DaysLeft];
const JWT: &[Field] = &[
    Field::Value,
    Field::Stands,
    Field::Secret,
    Field::Demo,
    Field::Role,
    Field::Project,
    Field::Issuer,
    Field::DaysLeft,
];

/// The kind.
pub const DEF: KindDef = KindDef {
    kind: Kind::Credential,
    name: "credential",
    doc: "A key or a password, recognised by its content; where the content says nothing, by its form and the name of its variable together.",
    parent: Some(Kind::Variable),
    variants: &[
        VariantDef {
            name: "supabase-jwt",
            doc: "a JWT that Supabase signed for a role: anon, service_role",
            fields: JWT,
        },
        VariantDef { name: "supabase-publishable", doc: "`sb_publishable_…`, made for browsers", fields: SUPABASE },
        VariantDef {
            name: "supabase-secret", doc: "`sb_secret_…`, with the power of service_role", fields: SUPABASE
        },
        VariantDef {
            name: "supabase-access-token",
            doc: "`sbp_…`, which can change the account's projects",
            fields: ALL,
        },
        VariantDef {
            name: "password",
            doc: "the password of a connection string, of a role, or of a variable that libpq takes one from",
            fields: SUPABASE,
        },
        VariantDef { name: "vault-secret", doc: "what is put into Supabase's vault in clear text", fields: ALL },
        VariantDef { name: "jwt", doc: "a JWT that Supabase did not sign", fields: OTHER_JWT },
        VariantDef {
            name: "jwt-secret",
            doc: "what a project signs its tokens with: under a name that ends in JWT_SECRET",
            fields: ALL,
        },
        VariantDef {
            name: "railway-token",
            doc: "a UUID under a name that ends in RAILWAY_TOKEN or RAILWAY_API_TOKEN",
            fields: ALL,
        },
        VariantDef { name: "private-key", doc: "a PEM private key", fields: ALL },
        VariantDef { name: "vendor-key", doc: "a key of another vendor, by its public prefix", fields: VENDOR },
        VariantDef { name: "unknown", doc: "random characters under a name that promises a secret", fields: ALL },
    ],
    fields: &[
        FieldDef::new(Field::Value, Type::Secret, "value", "the key itself: comparable, never printed").hidden(),
        FieldDef::new(Field::Stands, Type::Enum(STANDS), "stands", "where it was found"),
        FieldDef::new(
            Field::Secret,
            Type::Bool("is secret", "is public"),
            "secret",
            "whether it must stay on a server; anon and publishable keys are public",
        ),
        FieldDef::new(
            Field::Demo,
            Type::Bool("is a published demo key", "is no published demo key"),
            "demo",
            "whether everybody has it: a key of Supabase's documentation or local stack",
        ),
        FieldDef::new(
            Field::Role,
            Type::Name,
            "role",
            "the role it acts as: anon, service_role; of a password the database role",
        ),
        FieldDef::new(
            Field::Project,
            Type::Name,
            "project",
            "the Supabase project it belongs to, where the key says so",
        ),
        FieldDef::new(Field::Vendor, Type::Enum(VENDORS), "vendor", "whose key it is"),
        FieldDef::new(Field::Issuer, Type::Enum(ISSUERS), "issuer", "who signed it"),
        FieldDef::new(
            Field::DaysLeft,
            Type::Number,
            "number of days left",
            "whole days until it expires, negative when it has; unknown without a date of today (`--today`)",
        ),
    ],
    subject: |facts, id| {
        let what = facts.get(id, Field::Is).text().unwrap_or("credential");
        match variable_name(facts, id, "") {
            name if name.is_empty() => format!("a {what}{}", facts.whose(id)),
            name if what == "password" => format!("the password in {name}{}", facts.whose(id)),
            name => format!("{name}{}", facts.whose(id)),
        }
    },
};
