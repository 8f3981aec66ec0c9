//! Expressions, taken apart.

use super::{Piece, Pieces, literal};
use sqlparser::ast::{
    BinaryOperator, CaseWhen, CeilFloorKind, DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, Ident, ObjectName, ObjectNamePart, TrimWhereField, UnaryOperator, Value,
};

/// A name as the server keeps it.
pub(super) fn folded(ident: &Ident) -> String {
    if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_lowercase() }
}

/// The last two parts of a name.
pub(super) fn name_of(name: &ObjectName) -> (Option<String>, String) {
    let part = |part: &ObjectNamePart| match part {
        ObjectNamePart::Identifier(ident) => folded(ident),
        other => other.to_string(),
    };
    let mut parts = name.0.iter().rev().map(part);
    let last = parts.next().unwrap_or_default();
    (parts.next().filter(|schema| schema != "pg_catalog"), last)
}

impl Pieces {
    /// One expression.
    pub(super) fn expression(&mut self, expr: &Expr) {
        match expr {
            Expr::Nested(inner) => self.expression(inner),
            Expr::Identifier(ident) => self.pieces.push(Piece::Name(None, folded(ident))),
            Expr::CompoundIdentifier(parts) => self.column(parts),
            Expr::Value(value) => self.value(&value.value),
            Expr::TypedString(typed) => {
                let text = typed.value.value.clone().into_string().unwrap_or_default();
                self.constant(&text, &literal::type_name(&typed.data_type.to_string()));
            }
            Expr::Interval(interval) => match (&*interval.value, &interval.leading_field) {
                (Expr::Value(value), None) => {
                    self.constant(&value.value.clone().into_string().unwrap_or_default(), "interval");
                }
                (Expr::Value(value), Some(unit)) => {
                    let text = value.value.clone().into_string().unwrap_or_default();
                    self.constant(&format!("{text} {unit}"), "interval");
                }
                _ => self.whole(interval),
            },
            Expr::Cast { expr, data_type, .. } => self.cast(expr, &literal::type_name(&data_type.to_string())),
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right),
            Expr::UnaryOp { op, expr } => self.unary(*op, expr),
            Expr::Function(function) => self.function(function),
            Expr::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref());
            }
            Expr::Exists { subquery, negated } => {
                self.word(if *negated { "not(exists(" } else { "exists(" });
                self.query(subquery, &|_| None);
                self.word(if *negated { "))" } else { ")" });
            }
            Expr::Subquery(query) => self.call("select", |pieces| pieces.query(query, &|_| None)),
            Expr::InSubquery { expr, subquery, negated } => {
                self.called(if *negated { "not in" } else { "in" }, &[expr], |pieces| {
                    pieces.query(subquery, &|_| None);
                });
            }
            _ => self.comparison(expr),
        }
    }

    /// Comparisons that the server spells otherwise.
    fn comparison(&mut self, expr: &Expr) {
        match expr {
            Expr::InList { expr, list, negated } => match list.as_slice() {
                [only] => self.operation(if *negated { "<>" } else { "=" }, &[expr, only]),
                _ => self.called(if *negated { "<> all" } else { "= any" }, &[expr], |pieces| pieces.array(list)),
            },
            Expr::AnyOp { left, compare_op, right, .. } => {
                self.called(&format!("{} any", operator(compare_op)), &[left], |pieces| pieces.expression(right));
            }
            Expr::AllOp { left, compare_op, right } => {
                self.called(&format!("{} all", operator(compare_op)), &[left], |pieces| pieces.expression(right));
            }
            Expr::Between { expr, negated, low, high } => {
                let [(word, first), (_, second)] =
                    if *negated { [("or", "<"), ("or", ">")] } else { [("and", ">="), ("and", "<=")] };
                self.call(word, |pieces| {
                    pieces.operation(first, &[expr, low]);
                    pieces.word(",");
                    pieces.operation(second, &[expr, high]);
                });
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char: None } => {
                self.operation(if *negated { "!~~" } else { "~~" }, &[expr, pattern]);
            }
            Expr::ILike { negated, any: false, expr, pattern, escape_char: None } => {
                self.operation(if *negated { "!~~*" } else { "~~*" }, &[expr, pattern]);
            }
            Expr::IsNull(inner) => self.operation("is null", &[inner]),
            Expr::IsNotNull(inner) => self.operation("is not null", &[inner]),
            Expr::IsTrue(inner) => self.operation("is true", &[inner]),
            Expr::IsNotTrue(inner) => self.operation("is not true", &[inner]),
            Expr::IsFalse(inner) => self.operation("is false", &[inner]),
            Expr::IsNotFalse(inner) => self.operation("is not false", &[inner]),
            Expr::IsUnknown(inner) => self.operation("is unknown", &[inner]),
            Expr::IsNotUnknown(inner) => self.operation("is not unknown", &[inner]),
            Expr::IsDistinctFrom(left, right) => self.operation("is distinct from", &[left, right]),
            Expr::IsNotDistinctFrom(left, right) => {
                self.call("not", |pieces| pieces.operation("is distinct from", &[left, right]));
            }
            _ => self.special(expr),
        }
    }

    /// Functions with a grammar of their own, and what is left.
    fn special(&mut self, expr: &Expr) {
        match expr {
            Expr::AtTimeZone { timestamp, time_zone } => self.named("timezone", &[time_zone, timestamp]),
            Expr::Extract { field, expr, .. } => {
                self.called("extract", &[], |pieces| {
                    pieces.word(field.to_string().to_lowercase());
                    pieces.expression(expr);
                });
            }
            Expr::Ceil { expr, field: CeilFloorKind::DateTimeField(_) } => self.named("ceil", &[expr]),
            Expr::Floor { expr, field: CeilFloorKind::DateTimeField(_) } => self.named("floor", &[expr]),
            Expr::Position { expr, r#in } => self.named("position", &[r#in, expr]),
            Expr::Substring { expr, substring_from, substring_for, .. } => {
                let parts: Vec<&Expr> =
                    std::iter::once(&**expr).chain(substring_from.as_deref()).chain(substring_for.as_deref()).collect();
                self.named("substring", &parts);
            }
            Expr::Trim { trim_where, trim_what, expr, trim_characters } => {
                let name = match trim_where {
                    None | Some(TrimWhereField::Both) => "btrim",
                    Some(TrimWhereField::Leading) => "ltrim",
                    Some(TrimWhereField::Trailing) => "rtrim",
                };
                let characters = trim_characters.iter().flatten();
                let parts: Vec<&Expr> =
                    std::iter::once(&**expr).chain(trim_what.as_deref()).chain(characters).collect();
                self.named(name, &parts);
            }
            Expr::Array(array) => self.array(&array.elem),
            Expr::Tuple(parts) => {
                self.word("row(");
                self.list(parts);
            }
            Expr::Collate { expr, collation } => {
                self.expression(expr);
                self.pieces.push(Piece::Cast(format!("collate {}", name_of(collation).1)));
            }
            other => self.whole(other),
        }
    }

    fn column(&mut self, parts: &[Ident]) {
        let mut parts = parts.iter().rev().map(folded);
        let name = parts.next().unwrap_or_default();
        self.pieces.push(Piece::Name(parts.next(), name));
    }

    fn value(&mut self, value: &Value) {
        let piece = match value {
            Value::Number(number, _) => Piece::Constant(number.clone(), None),
            Value::Boolean(yes) => Piece::Constant(yes.to_string(), Some("boolean".into())),
            Value::Null => return self.word("null"),
            Value::HexStringLiteral(text) | Value::SingleQuotedByteStringLiteral(text) => {
                Piece::Constant(text.clone(), Some("bit".into()))
            }
            other => Piece::Constant(other.clone().into_string().unwrap_or_default(), None),
        };
        self.pieces.push(piece);
    }

    fn constant(&mut self, text: &str, ty: &str) {
        self.pieces.push(literal::typed(text, ty));
        self.pieces.push(Piece::Cast(ty.to_owned()));
    }

    fn cast(&mut self, expr: &Expr, ty: &str) {
        match expr {
            Expr::Nested(inner) => return self.cast(inner, ty),
            Expr::Value(value) if !matches!(value.value, Value::Null) => {
                let text = match &value.value {
                    Value::Number(number, _) => number.clone(),
                    Value::Boolean(yes) => yes.to_string(),
                    other => other.clone().into_string().unwrap_or_default(),
                };
                return self.constant(&text, ty);
            }
            // '-1'::integer is how the server prints -1
            other => self.expression(other),
        }
        self.pieces.push(Piece::Cast(ty.to_owned()));
    }

    fn unary(&mut self, op: UnaryOperator, expr: &Expr) {
        match (op, expr) {
            (UnaryOperator::Minus, Expr::Value(value)) => {
                if let Value::Number(number, _) = &value.value {
                    let text = format!("-{number}");
                    return self.pieces.push(Piece::Constant(text, None));
                }
                self.operation("-", &[expr]);
            }
            (UnaryOperator::Not, expr) => self.call("not", |pieces| pieces.expression(expr)),
            (op, expr) => self.operation(&op.to_string(), &[expr]),
        }
    }

    fn binary(&mut self, left: &Expr, op: &BinaryOperator, right: &Expr) {
        match op {
            BinaryOperator::And | BinaryOperator::Or => {
                self.call(if *op == BinaryOperator::And { "and" } else { "or" }, |pieces| {
                    pieces.chain(left, op);
                    pieces.word(",");
                    pieces.chain(right, op);
                });
            }
            _ => self.operation(&operator(op), &[left, right]),
        }
    }

    /// One side of AND or OR: those of the same word are one list, however they are nested.
    fn chain(&mut self, expr: &Expr, op: &BinaryOperator) {
        match expr {
            Expr::Nested(inner) => self.chain(inner, op),
            Expr::BinaryOp { left, op: own, right } if own == op => {
                self.chain(left, op);
                self.word(",");
                self.chain(right, op);
            }
            // a BETWEEN is two of an AND
            Expr::Between { expr, negated: false, low, high } if *op == BinaryOperator::And => {
                self.operation(">=", &[expr, low]);
                self.word(",");
                self.operation("<=", &[expr, high]);
            }
            other => self.expression(other),
        }
    }

    fn case(&mut self, operand: Option<&Expr>, conditions: &[CaseWhen], otherwise: Option<&Expr>) {
        self.call("case", |pieces| {
            operand.into_iter().for_each(|operand| pieces.expression(operand));
            for CaseWhen { condition, result } in conditions {
                pieces.word("when");
                pieces.expression(condition);
                pieces.word("then");
                pieces.expression(result);
            }
            // the server adds ELSE NULL
            let is_null = |expr: &Expr| match expr {
                Expr::Cast { expr, .. } => matches!(&**expr, Expr::Value(value) if value.value == Value::Null),
                Expr::Value(value) => value.value == Value::Null,
                _ => false,
            };
            if let Some(otherwise) = otherwise.filter(|otherwise| !is_null(otherwise)) {
                pieces.word("else");
                pieces.expression(otherwise);
            }
        });
    }

    /// `name(`, what follows, `)`.
    pub(super) fn call(&mut self, name: &str, inner: impl FnOnce(&mut Self)) {
        self.word(format!("{name}("));
        inner(self);
        self.word(")");
    }

    /// The same with expressions before.
    fn called(&mut self, name: &str, parts: &[&Expr], inner: impl FnOnce(&mut Self)) {
        self.call(name, |pieces| {
            for part in parts {
                pieces.expression(part);
                pieces.word(",");
            }
            inner(pieces);
        });
    }

    fn operation(&mut self, name: &str, parts: &[&Expr]) {
        self.call(name, |pieces| pieces.parts(parts));
    }

    /// A function of the server's own.
    fn named(&mut self, name: &str, parts: &[&Expr]) {
        self.pieces.push(Piece::Called(None, name.to_owned()));
        self.call("", |pieces| pieces.parts(parts));
    }

    fn parts(&mut self, parts: &[&Expr]) {
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                self.word(",");
            }
            self.expression(part);
        }
    }

    fn list(&mut self, parts: &[Expr]) {
        self.parts(&parts.iter().collect::<Vec<_>>());
        self.word(")");
    }

    fn array(&mut self, items: &[Expr]) {
        self.word("array(");
        self.list(items);
    }

    fn function(&mut self, function: &Function) {
        let (schema, name) = name_of(&function.name);
        let bare = matches!(function.args, FunctionArguments::None);
        let name = match name.as_str() {
            // the same moment, whichever word asks for it
            "current_timestamp" if bare => "now",
            "transaction_timestamp" => "now",
            "substr" => "substring",
            "character_length" | "char_length" => "length",
            other => other,
        };
        self.pieces.push(Piece::Called(schema, name.to_owned()));
        self.word("(");
        if let FunctionArguments::List(list) = &function.args {
            if list.duplicate_treatment == Some(DuplicateTreatment::Distinct) {
                self.word("distinct");
            }
            for (at, argument) in list.args.iter().enumerate() {
                if at > 0 {
                    self.word(",");
                }
                self.argument(argument, matches!(name, "nextval" | "currval" | "setval") && at == 0);
            }
            list.clauses.iter().for_each(|clause| self.whole(clause));
        } else if let FunctionArguments::Subquery(query) = &function.args {
            self.query(query, &|_| None);
        }
        self.word(")");
        if let Some(filter) = &function.filter {
            self.call("filter", |pieces| pieces.expression(filter));
        }
        function.over.iter().for_each(|over| self.whole(over));
        function.within_group.iter().for_each(|order| self.whole(order));
    }

    fn argument(&mut self, argument: &FunctionArg, sequence: bool) {
        match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(value))) if sequence => {
                let text = value.value.clone().into_string().unwrap_or_default();
                self.constant(&text, "regclass");
            }
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => self.expression(expr),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => self.word("*"),
            FunctionArg::Named { name, arg: FunctionArgExpr::Expr(expr), .. } => {
                self.word(format!("{} =>", folded(name)));
                self.expression(expr);
            }
            other => self.whole(other),
        }
    }
}

/// An operator as the server keeps it.
fn operator(op: &BinaryOperator) -> String {
    match op {
        BinaryOperator::NotEq => "<>".into(),
        BinaryOperator::PGLikeMatch => "~~".into(),
        BinaryOperator::PGILikeMatch => "~~*".into(),
        BinaryOperator::PGNotLikeMatch => "!~~".into(),
        BinaryOperator::PGNotILikeMatch => "!~~*".into(),
        other => other.to_string(),
    }
}
