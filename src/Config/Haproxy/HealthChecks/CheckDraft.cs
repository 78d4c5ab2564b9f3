using System.Collections.Immutable;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.HealthChecks;

/// <summary>Where statements about health checks stand: a proxy, or a `healthcheck` section.</summary>
internal interface ICheckOwner
{
    ParseContext Context { get; }

    ParseScope Scope { get; }

    CheckDraft Checks { get; set; }
}

/// <summary>What has been said of health checks so far. Rules of both families are kept; which of them count is for the type to say.</summary>
internal sealed record CheckDraft
{
    /// <summary>What `option httpchk`, `option tcp-check` and the like chose; null is a plain connection.</summary>
    public CheckKind? Kind { get; init; }

    /// <summary>The request `option httpchk` describes.</summary>
    public CheckSendHttpModel? Request { get; init; }
    public bool DisableOn404 { get; init; }
    public bool SendState { get; init; }
    public ImmutableArray<CheckStepModel> HttpSteps { get; init; } = [];
    public ImmutableArray<CheckStepModel> TcpSteps { get; init; } = [];

    /// <summary>The conversation of `option smtpchk` and its like.</summary>
    public ImmutableArray<CheckStepModel> ProtocolSteps { get; init; } = [];

    /// <summary>The rules are those of a defaults section.</summary>
    public bool HasInheritedSteps { get; init; }
    public string? Command { get; init; }
    public string? CommandPath { get; init; }

    /// <summary>The probes as they run; null for a plain connection.</summary>
    public HealthCheckModel? ToModel() => Kind is not { } kind ? null : new HealthCheckModel
    {
        Kind = kind,
        DisableOn404 = DisableOn404,
        SendState = SendState,
        Command = Command ?? "",
        CommandPath = CommandPath ?? "",
        Steps = kind switch
        {
            CheckKind.Http => WithComments(WithRequests(HttpSteps, Request!)),
            CheckKind.TcpScript => WithComments(TcpSteps),
            _ => ProtocolSteps,
        },
    };

    /// <summary>The steps a probe of this kind would run first, to see whether it knows its port.</summary>
    public CheckConnectModel? FirstConnect =>
        (Kind switch { CheckKind.Http => HttpSteps, CheckKind.TcpScript => TcpSteps, _ => [] }).OfType<CheckConnectModel>().FirstOrDefault();

    /// <summary>
    /// Fills what `http-check send` leaves out from `option httpchk`; when there is no send at all, the request goes out first, behind an opening connect.
    /// </summary>
    private static ImmutableArray<CheckStepModel> WithRequests(ImmutableArray<CheckStepModel> steps, CheckSendHttpModel request)
    {
        var firstExpect = IndexOf<CheckExpectModel>(steps);
        var firstSend = IndexOf<CheckSendHttpModel>(steps);
        if (firstSend < 0) return steps.Insert(IndexOf<CheckConnectModel>(steps) + 1, request);
        var filled = steps.Select((step, index) => step is not CheckSendHttpModel send ? step : Fill(send, index == firstSend ? request : null));
        return firstExpect >= 0 && firstExpect < firstSend ? [request, .. filled] : [.. filled];
    }

    private static int IndexOf<T>(ImmutableArray<CheckStepModel> steps)
    {
        for (var i = 0; i < steps.Length; i++)
            if (steps[i] is T) return i;
        return -1;
    }

    private static CheckSendHttpModel Fill(CheckSendHttpModel send, CheckSendHttpModel? request) => send with
    {
        Method = send.Method.Length > 0 ? send.Method : request?.Method ?? "GET",
        Uri = send.Uri.Length > 0 || send.UriFormat is not null ? send.Uri : request?.Uri ?? "/",
        Version = send.Version.Length > 0 ? send.Version : request?.Version ?? "",
        Headers = [.. request?.Headers ?? [], .. send.Headers],
    };

    /// <summary>
    /// Gives each step the comment in front of it, if it has none of its own: directly in front, or in front of the first of a row of expects.
    /// </summary>
    private static ImmutableArray<CheckStepModel> WithComments(ImmutableArray<CheckStepModel> steps)
    {
        var result = ImmutableArray.CreateBuilder<CheckStepModel>(steps.Length);
        string? comment = null;
        foreach (var step in steps)
        {
            if (step is CheckCommentModel)
            {
                comment = step.Comment;
                continue;
            }
            var speaks = step is CheckConnectModel or CheckSendBytesModel or CheckSendFormatModel or CheckExpectModel;
            result.Add(speaks ? step with { Comment = step.Comment ?? comment } : step);
            if (step is not CheckExpectModel) comment = null;
        }
        return result.ToImmutable();
    }
}
