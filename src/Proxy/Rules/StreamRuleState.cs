using Evenkeel.Model;
using Evenkeel.Proxy.Samples;

namespace Evenkeel.Proxy.Rules
{
    /// <summary>
    /// What rules remember about a stream from one rule set to the next: variables, captures, the unique id, orders for the log. Owner: worker; pooled
    /// with its stream, which resets it.
    /// </summary>
    public sealed class StreamRuleState
    {
        /// <summary>`set-log-level`: -1 leaves the log as it is, <see cref="SilentLog"/> writes none, else a syslog level.</summary>
        public const int SilentLog = 8;

        public StreamVariables Variables { get; } = new();

        public CaptureSlots RequestCaptures { get; } = new();

        public CaptureSlots ResponseCaptures { get; } = new();

        /// <summary>`capture cookie`: of the request, of the response.</summary>
        public CaptureSlots CookieCaptures { get; } = new();

        /// <summary>Made at its first use from the frontend's `unique-id-format`.</summary>
        public CaptureSlots UniqueId { get; } = new();

        public int LogLevel { get; set; } = -1;

        /// <summary>The rule that gave the final verdict.</summary>
        public SourcePosition LastRule { get; set; }

        /// <summary>The rule that waits for something; what ends the stream then ends it there.</summary>
        public SourcePosition WaitingRule { get; set; }

        /// <summary>Where the rules of the stream came last.</summary>
        public SourcePosition LastPlace => WaitingRule.Line > 0 ? WaitingRule : LastRule;

        /// <summary>`set-timeout`, milliseconds; -1 leaves the section's own.</summary>
        public int ClientTimeoutMs { get; set; } = -1;
        public int ServerTimeoutMs { get; set; } = -1;
        public int TunnelTimeoutMs { get; set; } = -1;
        public int ConnectTimeoutMs { get; set; } = -1;
        public int QueueTimeoutMs { get; set; } = -1;
        public int TarpitTimeoutMs { get; set; } = -1;

        /// <summary>`set-retries`; -1 leaves the backend's own.</summary>
        public int Retries { get; set; } = -1;

        /// <summary>`set-nice`, `set-priority-*`: smaller is sooner.</summary>
        public int PriorityClass { get; set; }
        public int PriorityOffset { get; set; }

        /// <summary>`set-bc-mark`, `set-bc-tos`: for the connection to the server; null leaves it as it is.</summary>
        public int? ServerMark { get; set; }
        public int? ServerTos { get; set; }

        /// <summary>`http-request strict-mode off`: a rewrite that fails is counted and the rule left out.</summary>
        public bool ToleratesFailedRewrites { get; set; }

        /// <summary>Loop time at which a waiting rule (`pause`, `tarpit`, `wait-for-body`) began; 0 when none waits.</summary>
        public long WaitingSinceMs { get; set; }

        /// <summary>`disable-l7-retry`.</summary>
        public bool DisablesRetries { get; set; }

        /// <summary>The question that `do-resolve` waits for; null when none is open.</summary>
        internal Servers.Resolvers.NameQuery? NameQuery { get; set; }

        /// <summary>The stream goes to another backend than the one these orders were for.</summary>
        public void ForgetBackendSide()
        {
            ServerTimeoutMs = TunnelTimeoutMs = ConnectTimeoutMs = QueueTimeoutMs = -1;
            Retries = -1;
        }

        public void Reset()
        {
            Variables.Clear();
            RequestCaptures.Clear();
            ResponseCaptures.Clear();
            UniqueId.Clear();
            CookieCaptures.Clear();
            LogLevel = -1;
            LastRule = WaitingRule = default;
            ClientTimeoutMs = ServerTimeoutMs = TunnelTimeoutMs = ConnectTimeoutMs = QueueTimeoutMs = TarpitTimeoutMs = -1;
            Retries = -1;
            PriorityClass = PriorityOffset = 0;
            ServerMark = ServerTos = null;
            ToleratesFailedRewrites = false;
            WaitingSinceMs = 0;
            NameQuery = null;
            DisablesRetries = false;
        }
    }
}

namespace Evenkeel.Proxy.Streams
{
    public sealed partial class Stream
    {
        /// <summary>What the rules keep; reset with the stream.</summary>
        public Rules.StreamRuleState RuleState { get; } = new();
    }

    public sealed partial class ClientSession
    {
        /// <summary>The `sess` variables; made when first wanted, cleared when the connection ends.</summary>
        public VariableStore Variables => Aside.Variables ??= new VariableStore();

        /// <summary>The connection is over.</summary>
        internal void ClearVariables() => _aside?.Variables?.Clear();
    }
}
