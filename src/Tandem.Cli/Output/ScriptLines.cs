using System.Globalization;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Cli.Output;

/// <summary>What a migration's own SQL did where it was tried, as lines.</summary>
internal static class ScriptLines
{
    public static void Write(Screen screen, RawScript script)
    {
        screen.Gap();
        screen.Heading(string.Create(CultureInfo.InvariantCulture, $"What sql {script.Number} does"));
        if (script.Effect is not { } effect)
        {
            screen.Line(new Piece("  Not known: it was not tried.", Tone.Warning));
            return;
        }

        Write(screen, "fails", effect.Failure is { } failure ? [failure] : [], Tone.Bad);
        Write(screen, "creates", effect.Created, Tone.Plain);
        Write(screen, "changes", effect.Changed, Tone.Plain);
        Write(screen, "drops", effect.Dropped, Tone.Warning);
        Write(screen, "rewrites", effect.Rewritten, Tone.Warning);
        Write(screen, "leaves foreign keys without a table:", effect.LeftReferring, Tone.Bad);
        Write(screen, "touches", effect.Touched, Tone.Faint);
        if (!effect.UpInTransaction)
        {
            screen.Line(new Piece("  outside a transaction: the database takes it nowhere else", Tone.Warning));
        }

        Write(screen, "way back fails", effect.DownFailure is { } down ? [down] : [], Tone.Bad);
        Write(screen, "way back leaves", effect.NotRestored ?? [], Tone.Warning);
        if (effect.NotRestored is { Count: 0 })
        {
            screen.Line(new Piece("  The way back restores the schema.", Tone.Good));
        }
    }

    private static void Write(Screen screen, string what, ValueList<string> objects, Tone tone)
    {
        if (objects.Count > 0)
        {
            screen.Paragraph($"{what} {string.Join(", ", objects)}", 4, tone);
        }
    }
}
