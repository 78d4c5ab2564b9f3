namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>All fetches that exist: one list from the families beside this file.</summary>
public static class FetchTable
{
    public static IReadOnlyList<FetchRow> Rows { get; } =
    [
        .. ConstantFetches.Rows,
        .. ConnectionFetches.Rows,
        .. ProxyFetches.Rows,
        .. RequestFetches.Rows,
        .. HeaderFetches.Rows,
        .. ParameterFetches.Rows,
        .. CookieFetches.Rows,
        .. ResponseFetches.Rows,
        .. StatisticsFetches.Rows,
        .. VariableFetches.Rows,
        .. AuthenticationFetches.Rows,
        .. PayloadFetches.Rows,
        .. HelloFetches.Rows,
        .. ProtocolFetches.Rows,
        .. TcpInfoFetches.Rows,
        .. StreamFetches.Rows,
        .. VariableDump.Rows,
    ];
}
