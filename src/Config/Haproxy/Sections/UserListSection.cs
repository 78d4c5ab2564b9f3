using System.Collections.Immutable;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>A `userlist` section (configuration.txt 12.2): users with passwords, and groups.</summary>
internal sealed class UserListSection(ParseContext context, string name, SourcePosition position) : ISection
{
    private readonly List<UserModel> _users = [];
    private readonly List<GroupModel> _groups = [];

    public string PseudoName => name;

    public void Read(Statement statement)
    {
        if (statement.Keyword is not ("user" or "group"))
        {
            context.AlertTight($"unknown keyword '{statement.Keyword}' in 'userlist' section");
            return;
        }
        if (!statement.Has(1)) context.AlertTight($"'{statement.Keyword}' expects <name> as arguments.");
        else if (statement.Keyword == "user") User(statement);
        else Group(statement);
    }

    private void User(Statement statement)
    {
        if (_users.Exists(user => user.Name == statement[1]))
        {
            context.WarningTight($"ignoring duplicated user '{statement[1]}' in userlist '{name}'.");
            return;
        }
        var user = new UserModel(statement[1], "", IsClearText: false, []);
        for (var at = 2; statement.Has(at); at += 2)
        {
            switch (statement[at])
            {
                case "password" or "insecure-password":
                    user = user with { Password = statement[at + 1], IsClearText = statement[at] == "insecure-password" };
                    break;
                case "groups":
                    user = user with { Groups = [.. statement[at + 1].Split(',', StringSplitOptions.RemoveEmptyEntries)] };
                    break;
                default:
                    context.AlertTight($"unknown argument '{statement[at]}' to 'user'.");
                    return;
            }
        }
        _users.Add(user);
    }

    private void Group(Statement statement)
    {
        if (_groups.Exists(group => group.Name == statement[1]))
        {
            context.WarningTight($"ignoring duplicated group '{statement[1]}' in userlist '{name}'.");
            return;
        }
        ImmutableArray<string> users = statement[2] == "users" ? [.. statement[3].Split(',', StringSplitOptions.RemoveEmptyEntries)] : [];
        _groups.Add(new GroupModel(statement[1], users));
    }

    /// <summary>Joins both ways of saying who is in which group.</summary>
    public void Close()
    {
        if (context.Draft.UserLists.Exists(list => list.Name == name)) return;
        var users = _users.Select(user => user with
        {
            Groups = [.. user.Groups.Union(_groups.Where(group => group.Users.Contains(user.Name)).Select(group => group.Name), StringComparer.Ordinal)],
        });
        context.Draft.UserLists.Add(new UserListModel(name, [.. users], [.. _groups], position));
    }
}
