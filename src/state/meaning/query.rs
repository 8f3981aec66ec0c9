//! Queries, taken apart.

use super::expression::{folded, name_of};
use super::{Columns, Named, Piece, Pieces};
use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, Ident, Join, JoinConstraint, JoinOperator, LimitClause, ObjectName, OrderByExpr,
    OrderByKind, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, TableAlias, TableFactor,
    TableWithJoins, Value,
};

/// A table of a FROM clause: what it is called there, and which it is.
type Source = (String, String);

impl Pieces {
    /// One query; `columns` says what `*` means.
    pub(super) fn query(&mut self, query: &Query, columns: Columns<'_>) {
        if let Some(with) = &query.with {
            self.word(if with.recursive { "with recursive" } else { "with" });
            for part in &with.cte_tables {
                self.word(folded(&part.alias.name));
                self.call("as", |pieces| pieces.query(&part.query, columns));
            }
        }
        self.set(&query.body, columns);
        match query.order_by.as_ref().map(|order| &order.kind) {
            Some(OrderByKind::Expressions(items)) => {
                self.word("order by");
                let results = match &*query.body {
                    SetExpr::Select(select) => select.projection.as_slice(),
                    _ => &[],
                };
                items.iter().for_each(|item| self.order(item, results));
            }
            Some(OrderByKind::All(_)) => self.partly = true,
            None => {}
        }
        if let Some(LimitClause::LimitOffset { limit, offset, .. }) = &query.limit_clause {
            if let Some(limit) = limit {
                self.call("limit", |pieces| pieces.expression(limit));
            }
            if let Some(offset) = offset {
                self.call("offset", |pieces| pieces.expression(&offset.value));
            }
        }
        if query.fetch.is_some() || !query.locks.is_empty() {
            self.partly = true;
        }
    }

    fn order(&mut self, item: &OrderByExpr, results: &[SelectItem]) {
        self.expression(meant(&item.expr, results));
        let printed = item.options.to_string().to_lowercase();
        let printed = printed.trim();
        self.word(if printed.is_empty() || printed == "asc" { "asc" } else { printed });
    }

    fn set(&mut self, body: &SetExpr, columns: Columns<'_>) {
        match body {
            SetExpr::Select(select) => self.select(select, columns),
            SetExpr::Query(query) => self.query(query, columns),
            SetExpr::SetOperation { left, op, set_quantifier, right } => {
                self.call(format!("{op} {set_quantifier}").to_lowercase().trim(), |pieces| {
                    pieces.set(left, columns);
                    pieces.word(",");
                    pieces.set(right, columns);
                });
            }
            SetExpr::Values(values) => {
                for row in &values.rows {
                    self.call("row", |pieces| row.iter().for_each(|expr| pieces.expression(expr)));
                }
            }
            other => self.whole(other),
        }
    }

    fn select(&mut self, select: &Select, columns: Columns<'_>) {
        self.word("select");
        match &select.distinct {
            Some(Distinct::Distinct) => self.word("distinct"),
            Some(Distinct::On(parts)) => {
                self.call("distinct on", |pieces| parts.iter().for_each(|part| pieces.expression(part)));
            }
            Some(Distinct::All) | None => {}
        }
        let sources = sources(&select.from);
        for item in &select.projection {
            self.item(item, &sources, columns);
        }
        if !select.from.is_empty() {
            self.word("from");
            select.from.iter().for_each(|table| self.tables(table, columns));
        }
        if let Some(selection) = &select.selection {
            self.call("where", |pieces| pieces.expression(selection));
        }
        if let GroupByExpr::Expressions(parts, more) = &select.group_by
            && !parts.is_empty()
        {
            self.call("group by", |pieces| {
                parts.iter().for_each(|part| pieces.expression(meant(part, &select.projection)));
            });
            self.partly |= !more.is_empty();
        }
        if let Some(having) = &select.having {
            self.call("having", |pieces| pieces.expression(having));
        }
        self.partly |= !select.named_window.is_empty();
    }

    fn item(&mut self, item: &SelectItem, sources: &[Source], columns: Columns<'_>) {
        match item {
            SelectItem::UnnamedExpr(expr) => {
                self.expression(expr);
                if let Some(name) = own_name(expr) {
                    self.pieces.push(Piece::Alias(name));
                }
            }
            SelectItem::ExprWithAlias { expr, alias } => {
                self.expression(expr);
                self.pieces.push(Piece::Alias(folded(alias)));
            }
            SelectItem::Wildcard(_) => {
                for source in sources {
                    self.star(source, columns);
                }
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                let (_, called) = name_of(name);
                match sources.iter().find(|(own, _)| *own == called) {
                    Some(source) => self.star(source, columns),
                    None => self.whole(item),
                }
            }
            other => self.whole(other),
        }
        self.word(",");
    }

    /// `t.*`, as the columns that the table has.
    fn star(&mut self, (called, table): &Source, columns: Columns<'_>) {
        let Some(columns) = columns(table) else {
            self.partly = true;
            return self.word(format!("{called}.*"));
        };
        for (at, column) in columns.into_iter().enumerate() {
            if at > 0 {
                self.word(",");
            }
            self.pieces.push(Piece::Name(Some(called.clone()), column.clone()));
            self.pieces.push(Piece::Alias(column));
        }
    }

    fn tables(&mut self, table: &TableWithJoins, columns: Columns<'_>) {
        self.table(&table.relation, columns);
        table.joins.iter().for_each(|join| self.join(join, columns));
        self.word(",");
    }

    fn table(&mut self, table: &TableFactor, columns: Columns<'_>) {
        match table {
            TableFactor::Table { name, alias, args: None, .. } => {
                let (schema, bare) = name_of(name);
                self.pieces.push(Piece::Name(schema, bare.clone()));
                self.alias(alias.as_ref(), &bare);
            }
            TableFactor::Derived { lateral, subquery, alias, .. } => {
                self.call(if *lateral { "lateral" } else { "" }, |pieces| pieces.query(subquery, columns));
                self.alias(alias.as_ref(), "");
            }
            TableFactor::NestedJoin { table_with_joins, alias: None } => {
                self.table(&table_with_joins.relation, columns);
                table_with_joins.joins.iter().for_each(|join| self.join(join, columns));
            }
            other => self.whole(other),
        }
    }

    fn alias(&mut self, alias: Option<&TableAlias>, otherwise: &str) {
        match alias.map(|alias| folded(&alias.name)) {
            Some(name) if name != otherwise => self.word(format!("as {name}")),
            _ => {}
        }
    }

    fn join(&mut self, join: &Join, columns: Columns<'_>) {
        let (word, constraint) = match &join.join_operator {
            JoinOperator::Join(on) | JoinOperator::Inner(on) => ("join", Some(on)),
            JoinOperator::Left(on) | JoinOperator::LeftOuter(on) => ("left join", Some(on)),
            JoinOperator::Right(on) | JoinOperator::RightOuter(on) => ("right join", Some(on)),
            JoinOperator::FullOuter(on) => ("full join", Some(on)),
            JoinOperator::CrossJoin(on) => ("cross join", Some(on)),
            _ => ("other join", None),
        };
        self.partly |= constraint.is_none();
        self.word(word);
        self.table(&join.relation, columns);
        match constraint {
            Some(JoinConstraint::On(expr)) => self.call("on", |pieces| pieces.expression(expr)),
            Some(JoinConstraint::Using(names)) => {
                let names: Vec<String> = names.iter().map(|name: &ObjectName| name_of(name).1).collect();
                self.word(format!("using({})", names.join(",")));
            }
            Some(JoinConstraint::Natural) => self.partly = true,
            Some(JoinConstraint::None) | None => {}
        }
    }
}

/// The names of the columns that a query gives, in order; none for one whose name is not known, and none at all where the
/// number of columns is not known.
pub(super) type Outputs = Option<Vec<Option<String>>>;

/// See [`Outputs`]; those of a union are those of its first part.
pub(super) fn outputs(body: &SetExpr, columns: Columns<'_>) -> Outputs {
    let select = match body {
        SetExpr::Select(select) => select,
        SetExpr::Query(query) => return outputs(&query.body, columns),
        SetExpr::SetOperation { left, .. } => return outputs(left, columns),
        SetExpr::Values(values) => {
            let count = values.rows.first().map_or(0, |row| row.len());
            return Some((1..=count).map(|number| Some(format!("column{number}"))).collect());
        }
        _ => return None,
    };
    // of a join with USING or NATURAL, `*` leaves columns out
    let merged = select.from.iter().flat_map(|table| &table.joins).any(|join| {
        let using = |on: &JoinConstraint| matches!(on, JoinConstraint::Using(_) | JoinConstraint::Natural);
        match &join.join_operator {
            JoinOperator::Join(on) | JoinOperator::Inner(on) | JoinOperator::Left(on) => using(on),
            JoinOperator::LeftOuter(on) | JoinOperator::Right(on) | JoinOperator::RightOuter(on) => using(on),
            JoinOperator::FullOuter(on) => using(on),
            _ => false,
        }
    });
    let sources = sources(&select.from);
    let every = select.from.iter().map(|table| 1 + table.joins.len()).sum::<usize>() == sources.len();
    let mut names = Vec::new();
    for item in &select.projection {
        match item {
            SelectItem::UnnamedExpr(expr) => names.push(own_name(expr)),
            SelectItem::ExprWithAlias { alias, .. } => names.push(Some(folded(alias))),
            SelectItem::Wildcard(_) if every && !merged => {
                for (_, table) in &sources {
                    names.extend(columns(table)?.into_iter().map(Some));
                }
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                let (_, called) = name_of(name);
                let (_, table) = sources.iter().find(|(own, _)| *own == called)?;
                names.extend(columns(table)?.into_iter().map(Some));
            }
            _ => return None,
        }
    }
    Some(names)
}

/// Whether two views give columns of the same names; none where one does not say.
pub(super) fn same_outputs(one: (Outputs, &Named<'_>), other: (Outputs, &Named<'_>)) -> Option<bool> {
    let named = |(outputs, called): (Outputs, &Named<'_>)| {
        let columns = called.columns;
        let mut outputs = outputs.or_else(|| (!columns.is_empty()).then(|| vec![None; columns.len()]))?;
        for (own, name) in outputs.iter_mut().zip(columns) {
            *own = Some(name.clone());
        }
        for (old, new) in &called.renamed {
            let own = outputs.iter_mut().find(|own| own.as_deref() == Some(old));
            own.into_iter().for_each(|own| *own = Some((*new).to_owned()));
        }
        Some(outputs)
    };
    let (one, other) = (named(one)?, named(other)?);
    // a name that the server chooses is no difference
    let alike = |(one, other): (&Option<String>, &Option<String>)| one.is_none() || other.is_none() || one == other;
    Some(one.len() == other.len() && one.iter().zip(&other).all(alike))
}

/// What ORDER BY or GROUP BY means: a number, or a name that the result gives, is one of its columns.
fn meant<'e>(expr: &'e Expr, results: &'e [SelectItem]) -> &'e Expr {
    let of = |item: &'e SelectItem| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr),
        _ => None,
    };
    let found = match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(number, _) => {
                let at = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
                at.and_then(|at| results.get(at)).and_then(of)
            }
            _ => None,
        },
        Expr::Identifier(name) => results.iter().find_map(|item| match item {
            SelectItem::ExprWithAlias { expr, alias } if folded(alias) == folded(name) => Some(expr),
            _ => None,
        }),
        _ => None,
    };
    found.unwrap_or(expr)
}

/// The name that a column of a result has where nothing says it.
fn own_name(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(ident) => Some(folded(ident)),
        Expr::CompoundIdentifier(parts) => parts.last().map(|ident: &Ident| folded(ident)),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => own_name(inner),
        _ => None,
    }
}

/// The tables of a FROM clause, as `*` goes through them; none where a join leaves columns out.
fn sources(from: &[TableWithJoins]) -> Vec<Source> {
    let mut sources = Vec::new();
    for table in from {
        add_source(&table.relation, &mut sources);
        table.joins.iter().for_each(|join| add_source(&join.relation, &mut sources));
    }
    sources
}

fn add_source(table: &TableFactor, sources: &mut Vec<Source>) {
    if let TableFactor::Table { name, alias, args: None, .. } = table {
        let (schema, bare) = name_of(name);
        let called = alias.as_ref().map_or_else(|| bare.clone(), |alias| folded(&alias.name));
        sources.push((called, format!("{}.{bare}", schema.as_deref().unwrap_or("public"))));
    }
}
