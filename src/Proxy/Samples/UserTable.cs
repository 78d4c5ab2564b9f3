using System.Text;
using Evenkeel.Linux;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Samples;

/// <summary>A `userlist` ready to be asked (configuration.txt 12.2). Shared by all workers.</summary>
/// <remarks>Cost: a hashed password takes as long as its algorithm wants, milliseconds with many rounds, and the worker waits; so does the original.</remarks>
public sealed class UserTable
{
    private readonly Dictionary<int, List<User>> _byHash = [];

    public UserTable(UserListModel model)
    {
        foreach (var user in model.Users)
        {
            var groups = new List<byte[]>();
            foreach (var group in user.Groups) groups.Add(Encoding.Latin1.GetBytes(group));
            foreach (var group in model.Groups)
                if (group.Users.Contains(user.Name) && !user.Groups.Contains(group.Name)) groups.Add(Encoding.Latin1.GetBytes(group.Name));
            var entry = new User(Encoding.Latin1.GetBytes(user.Name), Encoding.Latin1.GetBytes(user.Password), user.IsClearText, [.. groups]);
            var hash = HashOf(entry.Name);
            if (!_byHash.TryGetValue(hash, out var list)) _byHash[hash] = list = [];
            list.Add(entry);
        }
    }

    public bool Accepts(ReadOnlySpan<byte> name, ReadOnlySpan<byte> password)
    {
        if (Find(name) is not { } user) return false;
        return user.IsClearText
            ? System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(password, user.Password)
            : PasswordHash.Matches(password, user.Password);
    }

    public bool TryGroup(ReadOnlySpan<byte> name, int index, out ReadOnlySpan<byte> group)
    {
        group = default;
        if (Find(name) is not { } user || index >= user.Groups.Length) return false;
        group = user.Groups[index];
        return true;
    }

    private User? Find(ReadOnlySpan<byte> name)
    {
        if (!_byHash.TryGetValue(HashOf(name), out var list)) return null;
        foreach (var user in list)
            if (name.SequenceEqual(user.Name)) return user;
        return null;
    }

    private static int HashOf(ReadOnlySpan<byte> name)
    {
        var hash = new HashCode();
        hash.AddBytes(name);
        return hash.ToHashCode();
    }

    private sealed record User(byte[] Name, byte[] Password, bool IsClearText, byte[][] Groups);
}
