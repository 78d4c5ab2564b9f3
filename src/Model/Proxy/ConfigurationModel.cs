using System.Collections.Immutable;
using Evenkeel.Model.Process;

namespace Evenkeel.Model.Proxy;

/// <summary>
/// All that one set of haproxy.cfg files says, checked and cross-referenced: text -> Config -> <b>ConfigurationModel</b> -> bound once by Proxy.
/// Immutable; a reload makes a new one.
/// </summary>
public sealed record ConfigurationModel
{
    public required GlobalModel Global { get; init; }

    /// <summary>`resolvers` sections, and the one that is there without being written.</summary>
    public ImmutableArray<ResolversModel> Resolvers { get; init; } = [];

    /// <summary>In file order. A `listen` section is in both lists, as a pair with the same name and id.</summary>
    public required ImmutableArray<FrontendModel> Frontends { get; init; }

    public required ImmutableArray<BackendModel> Backends { get; init; }

    public ImmutableArray<UserListModel> UserLists { get; init; } = [];

    public ImmutableArray<HttpErrorsModel> HttpErrors { get; init; } = [];

    /// <summary>Those of `log` lines with a stream address included.</summary>
    public ImmutableArray<RingModel> Rings { get; init; } = [];

    public ImmutableArray<LogProfileModel> LogProfiles { get; init; } = [];

    public ImmutableArray<LogForwardModel> LogForwards { get; init; } = [];

    /// <summary>Those of `namespace_list`, of bind lines and of servers, once each.</summary>
    public ImmutableArray<NetworkNamespaceModel> Namespaces { get; init; } = [];

    /// <summary>Reads what is added to this configuration while it runs; null where nothing can be (tests).</summary>
    public ILateReader? LateReader { get; init; }
}

/// <summary>A `userlist` section (configuration.txt 12.2).</summary>
public sealed record UserListModel(string Name, ImmutableArray<UserModel> Users, ImmutableArray<GroupModel> Groups, SourcePosition Position);

/// <summary>One `user`; <see cref="Password"/> is a crypt(3) hash unless <see cref="IsClearText"/>.</summary>
public sealed record UserModel(string Name, string Password, bool IsClearText, ImmutableArray<string> Groups);

public sealed record GroupModel(string Name, ImmutableArray<string> Users);

/// <summary>An `http-errors` section: status -> raw HTTP response bytes.</summary>
public sealed record HttpErrorsModel(string Name, ImmutableDictionary<int, ImmutableArray<byte>> Responses, SourcePosition Position);
