//! The names of all fields: one list.

/// Declares the fields with their spelling in policies.
macro_rules! fields {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// A typed attribute of a fact, by its name in policies. Which kinds have it, and what it means there, says
        /// [`vocabulary`](super::vocabulary).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $(#[doc = $name] $variant),* }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The spelling in policies.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}

fields! {
    Is = "is",
    Service = "service", Environment = "environment", Document = "document", Path = "path",
    Git = "git",
    Value = "value", Stands = "stands",
    Name = "name", State = "state", Public = "public", HoldsSecret = "holds_secret",
    Scheme = "scheme", Host = "host", Port = "port", User = "user", Role = "role", Project = "project",
    Provider = "provider", Database = "database", Sslmode = "sslmode", Endpoint = "endpoint", Password = "password",
    Driver = "driver", Refused = "refused", Ignored = "ignored", Verifies = "verifies",
    Issuer = "issuer", Secret = "secret", Demo = "demo", DaysLeft = "days_left", Vendor = "vendor",
    Builder = "builder", DockerfilePath = "dockerfile_path", StartCommand = "start_command",
    PreDeployCommand = "pre_deploy_command", HealthCheckPath = "health_check_path",
    HealthCheckTimeout = "health_check_timeout", RestartPolicy = "restart_policy", RestartRetries = "restart_retries",
    RootDirectory = "root_directory",
    Image = "image", IsDatabase = "is_database", PublicDomain = "public_domain", TcpProxy = "tcp_proxy",
    LastDeployment = "last_deployment", Namespace = "namespace", Resolves = "resolves",
    Replicas = "replicas", CronSchedule = "cron_schedule", WatchPatterns = "watch_patterns",
    Version = "version", Direction = "direction", Runner = "runner", Folder = "folder", Runs = "runs",
    Skipped = "skipped", HasDown = "has_down", HasUp = "has_up", SortsAsCounted = "sorts_as_counted", DaysOld = "days_old",
    Change = "change", SortsBeforeBase = "sorts_before_base", Restored = "restored",
    Understood = "understood",
    Schema = "schema", Table = "table", Column = "column", NewName = "new_name", NewSchema = "new_schema", Traits = "traits", Arguments = "arguments",
    IfExists = "if_exists", IfNotExists = "if_not_exists", OrReplace = "or_replace", Cascade = "cascade",
    Concurrently = "concurrently", Where = "where", Guarded = "guarded", Origin = "origin",
    OriginTable = "origin.table", Command = "command", ObjectKind = "object_kind", Grantee = "grantee",
    Privilege = "privilege", GrantOption = "grant_option", SecurityDefiner = "security_definer",
    Rls = "rls",
    ColumnType = "type", FromType = "from_type", Nullable = "nullable", Default = "default", Generated = "generated",
    Identity = "identity", Rewrites = "rewrites", Constraint = "constraint", Columns = "columns",
    References = "references", OnDelete = "on_delete", NotValid = "not_valid", UsingIndex = "using_index",
    Full = "full", Unique = "unique", Method = "method", Predicate = "predicate", Owner = "owner", Login = "login",
    Superuser = "superuser", BypassRls = "bypass_rls", Language = "language", SearchPath = "search_path",
    Volatility = "volatility", Returns = "returns", SecurityInvoker = "security_invoker", Permissive = "permissive",
    Roles = "roles", Using = "using", Check = "check", Executes = "executes", Partition = "partition",
    AllTables = "all_tables", Action = "action", Local = "local", Lock = "lock", LockTimeout = "lock_timeout",
    StatementTimeout = "statement_timeout", InTransaction = "in_transaction",
    Conditional = "conditional", Target = "target", TargetTable = "target.table",
    TargetReferenced = "target.referenced", TargetColumns = "target.columns", Asks = "asks",
    TableIfExists = "if_exists.table", Contents = "contents", Parent = "parent", Reads = "reads",
    Forced = "forced", HasPolicies = "has_policies", PrimaryKey = "primary_key", OfConstraint = "of_constraint",
    Indexed = "indexed", ExecutableBy = "executable_by", ReadsRls = "reads_rls", Source = "source",
    Definition = "definition", UsingDefinition = "using.definition", CheckDefinition = "check.definition",
    Modifier = "modifier", Labels = "labels", Before = "before", After = "after", ReferencedColumns = "references.columns", Position = "position",
    Calls = "calls", Keys = "keys", Called = "called", Doubles = "doubles", Undone = "undone", ClosedTo = "closed_to", Only = "only", Open = "open",
    Bound = "bound", PartitionedBy = "partitioned_by", Parameters = "parameters", Settings = "settings",
    Parents = "parents", Yields = "yields", Sources = "sources", Types = "types", Unqualified = "unqualified", OwnedBy = "owned_by",
    SessionUser = "session_user",
    How = "how", Loaders = "loaders", Loader = "loader",
}

impl Field {
    /// The field that policies spell `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.as_str() == name)
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
