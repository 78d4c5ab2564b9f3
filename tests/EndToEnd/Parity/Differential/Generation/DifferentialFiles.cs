namespace Evenkeel.Tests.EndToEnd.Parity.Differential.Generation;

/// <summary>The files that rule sets name, each set its own in a folder called by its number.</summary>
internal static class DifferentialFiles
{
    public static readonly string[] Maps = ["strings.map", "numbers.map", "addresses.map", "regexes.map"];

    public static readonly string[] Patterns = ["{n}/words.lst", "{n}/paths.lst"];

    public static void WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);
        Write("strings.map",
            "# keys and values\n\n/api first\n/ root\na letter\nexample dom\n" +
            "test.example site\n42 answer\n/api second value\n  hello   blanks around  \nABC upper\nen english\n");
        Write("numbers.map", "1 10\n42 4200\n0 -1\n7 70\n255 16\n/api 5\na 6\n");
        Write("int-to-ip.map", "1 10.0.0.1\n42 ::42\n0 127.0.0.9\n");
        Write("integers.map", "1 10\n42 4200\n0 -1\n7 70\n255 16\n65536 7\n");
        Write("from-addresses.map", "10.0.0.0/8 10\n192.168.0.0/16 192\n127.0.0.1 1\n2001:db8::/32 6\n10.1.2.3 3\n1 11\n0.0.0.42 42\n");
        Write("addresses.map", "10.0.0.0/8 10.9.9.9\n192.168.0.0/16 192.0.2.1\n127.0.0.1 2001:db8::9\n2001:db8::/32 ::6\n10.1.2.3 192.0.2.77\n");
        Write("regexes.map", "^/api/(.*)$ api=\\1\n([a-z]+)([0-9]*) \\2\\1\n^$ empty\n");
        Write("words.lst", "# words\nhello\nABC\n\n/api\n10.1.2.3\ntest.example\nen\n");
        Write("paths.lst", "/api/v1/users\n/search\n/\n.png\n");
        Write("e403.http", "HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\nx-page: e403\r\n\r\nno way\n");
        Write("e503.http", "HTTP/1.0 503 Service Unavailable\r\nCache-Control: no-cache\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n<p>sorry</p>\n");
        Write("page.txt", "a page of text\nwith %[path] in it\n");
        Write("page.lf", "path=%[path] id=%[urlp(id)] st=%ST\n");
    }
}
