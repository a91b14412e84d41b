using System.Text;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>The text of a PL/pgSQL body while it is being written, and how a person's expression is bound in it.</summary>
/// <param name="layout">Where the columns are.</param>
/// <param name="plain">Whether all expressions are plain, and are written with the schema of all that they name: the function has no path of its own.</param>
internal sealed class PlpgsqlText(Layout layout, bool plain = false)
{
    /// <summary>The copy of the row that expressions read: a column may be called <c>new</c> or <c>old</c>.</summary>
    public const string Row = "_tandem_row";

    // Failures of the server or of the moment: a value is not to blame, and the statement must be tried again.
    private const string NotTheValue = "ARRAY['08', '40', '53', '55', '57', '58', 'XX']";

    private readonly StringBuilder text = new();
    private int indent = 1;

    public PlpgsqlText Line(string line)
    {
        text.Append(' ', indent * 2).Append(line).Append('\n');
        return this;
    }

    public PlpgsqlText Open(string line)
    {
        Line(line);
        indent++;
        return this;
    }

    public PlpgsqlText Else(string line)
    {
        indent--;
        return Open(line);
    }

    public PlpgsqlText Close(string line = "END IF;")
    {
        indent--;
        return Line(line);
    }

    /// <summary>
    /// Computes one side of a lens into variables, from a row, by default <see cref="Row"/>. Expressions see that version's names only,
    /// as variables of an inner block with the version's table name; nothing is replaced in their text.
    /// </summary>
    public PlpgsqlText Compute(LensColumns lens, Side gives, string row = Row)
    {
        Line($"<<{Sql.Id(lens.Label(gives))}>>");
        Open("DECLARE");
        foreach (var (name, physical) in lens.Bindings(gives))
        {
            Line($"{Sql.Id(name)} {TypeOf(physical)} := {row}.{Sql.Id(physical)};");
        }

        Else("BEGIN");
        foreach (var (physical, name, sql) in lens.Giving(gives))
        {
            if (!lens.CannotFail(gives))
            {
                Line($"_tandem_at := {Sql.Text(name)};");
            }

            var value = $"{Result(lens, gives, physical)} := {(plain ? lens.Plain(gives, name)!.Sql : Sql.Closed(sql))};";
            if (lens.OwnKey(gives) is { } own)
            {
                Open($"IF {row}.{Sql.Id(own.Refers)} {Sql.Equal} {row}.{Sql.Id(own.Read)} THEN").Line($"{Result(lens, gives, physical)} := {row}.{Sql.Id(own.Given)};");
                Else("ELSE").Line(value).Close();
            }
            else
            {
                Line(value);
            }
        }

        return Close("END;");
    }

    /// <summary>The same, but a value that cannot be computed leaves <c>_tandem_error</c> behind instead of failing.</summary>
    public PlpgsqlText Try(LensColumns lens, Side gives, string row = Row)
    {
        Line("_tandem_error := NULL;");
        if (lens.CannotFail(gives))
        {
            return Compute(lens, gives, row);
        }

        Open("BEGIN");
        Compute(lens, gives, row);
        Else("EXCEPTION WHEN OTHERS THEN");
        Open($"IF pg_catalog.left(SQLSTATE, 2) {Sql.Equal} ANY ({NotTheValue}) OR SQLSTATE {Sql.Equal} '25006' THEN").Line("RAISE;").Close();
        Line("_tandem_error := pg_catalog.concat(SQLSTATE, ' ', _tandem_at);");
        foreach (var (physical, _, _) in lens.Giving(gives))
        {
            Line($"{Result(lens, gives, physical)} := NULL;");
        }

        return Close("END;");
    }

    /// <summary>The variables' declarations for one lens.</summary>
    public IEnumerable<string> Declarations(LensColumns lens) =>
        new[] { Side.Old, Side.New }.SelectMany(s => lens.Giving(s).Select(g => $"{Result(lens, s, g.Physical)} {TypeOf(g.Physical)};"));

    /// <summary>The computed values of one side as a row.</summary>
    public static string Results(LensColumns lens, Side gives) =>
        Sql.Image(lens.Giving(gives).Select(g => Result(lens, gives, g.Physical)));

    /// <summary>The variable with the computed value of a column.</summary>
    public static string Result(LensColumns lens, Side gives, string physical)
    {
        var index = lens.Giving(gives).Select(g => g.Physical).ToList().IndexOf(physical);
        return $"_tandem_{Names.Text(lens.Number)}_{(gives == Side.Old ? "down" : "up")}{Names.Text(index + 1)}";
    }

    /// <summary>Columns of a row variable as a row.</summary>
    public static string RowOf(string row, IEnumerable<string> columns) =>
        Sql.Image(columns.Select(c => $"{row}.{Sql.Id(c)}"));

    /// <summary>Whether some columns differ between OLD and NEW; never for no columns.</summary>
    public static string Changed(IReadOnlyList<string> columns) =>
        columns.Count == 0 ? "false" : $"{RowOf("OLD", columns)} {Sql.Differs} {RowOf("NEW", columns)}";

    /// <summary>Whether all columns are NULL.</summary>
    public static string Empty(string row, IEnumerable<string> columns) =>
        $"({string.Join(" AND ", columns.Select(c => $"{row}.{Sql.Id(c)} IS NULL"))})";

    public override string ToString() => text.ToString();

    private string TypeOf(string physical) => $"{layout.Target}.{Sql.Id(physical)}%TYPE";
}
