using System.Text;
using Shouldly;
using Tandem.Migrations;
using Tandem.Problems;
using Xunit;

namespace Tandem.Tests.Migrations;

public sealed class MigrationFileTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tandem-test-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void A_name_is_relative_with_forward_slashes()
    {
        Write("migrations/0001_a.yaml", "title: T"u8);
        var file = MigrationFile.Read(directory.FullName, Path.Combine(directory.FullName, "migrations", "0001_a.yaml"));
        file.Name.ShouldBe("migrations/0001_a.yaml");
        file.Id.ShouldBe("0001_a");
        file.Text.ShouldBe("title: T");
        MigrationFile.Read(directory.FullName, "migrations/0001_a.yaml").ShouldBe(file);
    }

    [Fact]
    public void A_hash_does_not_depend_on_line_ends_or_a_byte_order_mark()
    {
        Write("a.yaml", "a\nb\n"u8);
        Write("b.yaml", "a\r\nb\r\n"u8);
        Write("c.yaml", [.. Encoding.UTF8.Preamble, .. "a\nb\n"u8]);
        var hashes = ((string[])["a.yaml", "b.yaml", "c.yaml"]).Select(n => MigrationFile.Read(directory.FullName, n).Hash);
        hashes.Distinct().ShouldHaveSingleItem()
            .ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("a\nb\n"u8)));
    }

    [Fact]
    public void A_directory_is_listed_in_ordinal_order()
    {
        foreach (var name in (string[])["0010_b.yml", "0002_a.yaml", "0002_B.json", "notes.md", ".hidden.yaml", "sub/0003_c.yaml"])
        {
            Write($"migrations/{name}", "x"u8);
        }

        MigrationFile.List(directory.FullName, "migrations")
            .ShouldBe(["migrations/0002_B.json", "migrations/0002_a.yaml", "migrations/0010_b.yml"]);
        MigrationFile.List(Path.Combine(directory.FullName, "migrations"))
            .ShouldBe(["0002_B.json", "0002_a.yaml", "0010_b.yml"]);
        MigrationFile.List(directory.FullName, "nowhere").ShouldBeEmpty();
    }

    [Fact]
    public void What_cannot_be_read_is_a_problem_and_the_rest_is_read()
    {
        Write("0001_a.yaml", [0xFF, 0xFE, 0x41, 0x00]);
        Write("0002_b.yaml", "a\0b"u8);
        Write("0003_c.yaml", new byte[MigrationFile.MaximumBytes + 1]);
        Write("0004_d.yaml", "fine"u8);
        var (files, problems) = MigrationFile.ReadAll(directory.FullName);
        files.Select(f => f.Name).ShouldBe(["0004_d.yaml"]);
        problems.Select(p => $"{p.Place} {p.Code.Id}")
            .ShouldBe(["0001_a.yaml TDM1003", "0002_b.yaml TDM1003", "0003_c.yaml TDM1002"]);
    }

    [Fact]
    public void A_missing_file_is_a_problem() =>
        Should.Throw<TandemException>(() => MigrationFile.Read(directory.FullName, "0009_x.yaml"))
            .Problems.ShouldHaveSingleItem().Code.ShouldBe(ProblemCodes.FileUnreadable);

    private void Write(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(directory.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content.ToArray());
    }
}
