using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using Xunit;
using static Tandem.Tests.Operations.Drafts;

namespace Tandem.Tests.Operations;

public sealed class StorageOperationTests
{
    private static readonly SqlText Meeting = new("using gist (name with =)");

    [Fact]
    public void Storage_parameters_are_added_to_those_that_are_there()
    {
        var table = Of(
            new SetStorage { Table = "customers", With = [new("fillfactor", "70"), new("toast.autovacuum_enabled", "off")] },
            new SetStorage { Table = "customers", With = [new("fillfactor", "80")], Reset = ["toast.autovacuum_enabled"] },
            new SetStorage { Table = "customers", Column = "name", Storage = ColumnStorage.External, Statistics = 50 },
            new SetStorage { Table = "customers", Column = "name", Compression = "lz4", Statistics = -1 }).Changes.Single().After!;

        table.Options.ShouldBe("fillfactor='80'");
        table.Column("name")!.Settings.ShouldBe(["STORAGE EXTERNAL", "COMPRESSION lz4"]);
    }

    [Fact]
    public void Storage_that_says_nothing_or_cannot_be_is_refused()
    {
        Codes(new SetStorage { Table = "customers" }).ShouldBe([ProblemCodes.Incomplete]);
        Codes(new SetStorage { Table = "customers", Storage = ColumnStorage.Main }).ShouldBe([ProblemCodes.Incomplete]);
        Codes(new SetStorage { Table = "customers", Column = "name", Compression = "zip" }).ShouldBe([ProblemCodes.Incomplete]);
        Codes(new SetStorage { Table = "customers", Column = "name", Statistics = 20000 }).ShouldBe([ProblemCodes.Incomplete]);
        Codes(new SetStorage { Table = "customers", Reset = ["fillfactor"] }).ShouldBe([ProblemCodes.NothingToDo]);
        Codes(new SetStorage { Table = "customers", Column = "name", Storage = ColumnStorage.Default }).ShouldBe([ProblemCodes.NothingToDo]);
        Codes(new ChangeType { Table = "customers", Column = "name", Type = new SqlText("varchar(90)") }, new SetStorage { Table = "customers", Column = "name", Storage = ColumnStorage.Main }).ShouldContain(ProblemCodes.NotInPlace);
    }

    [Fact]
    public void Statistics_are_over_several_columns_or_an_expression()
    {
        CreateStatistics Over(string on, ValueList<StatisticsKind>? kinds = null) => new() { Table = "customers", Name = "s", On = new SqlText(on), Kinds = kinds };

        ((Statistics)Of(Over("name, (lower(email))", [StatisticsKind.Mcv])).Objects.Single().After!).Over.ShouldBe("name, (lower(email))");
        Codes(Over("name, email")).ShouldBe([ProblemCodes.AtComplete]);
        Codes(Over("(lower(name))")).ShouldBe([ProblemCodes.AtComplete]);
        Codes(Over("name")).ShouldBe([ProblemCodes.Incomplete]);
        Codes(Over("name, name")).ShouldBe([ProblemCodes.Incomplete]);
        Codes(Over("name, ")).ShouldBe([ProblemCodes.Incomplete]);
        Codes(Over("(lower(name))", [StatisticsKind.Mcv])).ShouldBe([ProblemCodes.Incomplete]);
        Codes(Over("name, nothing")).ShouldBe([ProblemCodes.NoSuchColumn]);
        Codes(Over("name, email"), Over("name, email")).ShouldContain(ProblemCodes.AlreadyExists);
        Codes(new DropStatistics { Name = "s" }).ShouldBe([ProblemCodes.NoSuchObject]);
    }

    [Fact]
    public void An_exclusion_constraint_compares_columns_of_the_table()
    {
        Of(new AddExclusion { Table = "customers", Name = "x", Exclude = Meeting }).Changes.Single().Exclusions.Single().After!.ShouldBe(new ExclusionConstraint("x", "EXCLUDE using gist (name with =)", ["name"]));
        Of(new AddExclusion { Table = "customers", Name = "x", Exclude = Meeting }, new RenameColumn { Table = "customers", From = "name", To = "called" }).Changes.Single().After!.Exclusions.Single().Columns.ShouldBe(["called"]);
        Codes(new AddExclusion { Table = "customers", Name = "x", Exclude = new SqlText("using gist (nothing with =)") }).ShouldBe([ProblemCodes.Incomplete]);
        Codes(new AddExclusion { Table = "customers", Name = "x", Exclude = new SqlText("name with =") }).ShouldBe([ProblemCodes.Incomplete]);
        Codes(new AddExclusion { Table = "customers", Name = "customers_pkey", Exclude = Meeting }).ShouldContain(ProblemCodes.AlreadyExists);
        Codes(new DropExclusion { Table = "customers", Name = "x" }).ShouldBe([ProblemCodes.NoSuchConstraint]);
    }

    [Fact]
    public void A_type_is_of_parts_or_a_range()
    {
        TypePart[] parts = [new() { Name = "a", Type = "integer" }, new() { Name = "a", Type = "text" }];

        Of(new CreateType { Name = "kind", Attributes = [parts[0]] }).Objects.Single().After.ShouldBeOfType<CompositeType>().Columns.Single().Type.ShouldBe("integer");
        Of(new CreateType { Name = "span", Range = "subtype = float8" }).Objects.Single().After.ShouldBe(new RangeType("span", "subtype = float8"));
        Codes(new CreateType { Name = "kind" }).ShouldBe([ProblemCodes.Incomplete]);
        Codes(new CreateType { Name = "kind", Attributes = [.. parts] }).ShouldBe([ProblemCodes.AlreadyExists]);
        Codes(new CreateType { Name = "customers", Range = "subtype = float8" }).ShouldBe([ProblemCodes.AlreadyExists]);
        Codes(new DropType { Name = "kind" }).ShouldBe([ProblemCodes.NoSuchObject]);
    }

    private static IEnumerable<ProblemCode> Codes(params Operation[] operations) => Of(operations).Problems.Select(p => p.Code);
}
