using Shouldly;
using Tandem.Consumers;
using Tandem.Tests.Conformance.History;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Consumers;

/// <summary>What uses a column of well-known schemas, against answers that were worked out by reading their scripts.</summary>
public sealed class CorporaImpactTests
{
    [CorporaTheory]
    [EndMajors]
    public async Task Sakila(int major)
    {
        await using var target = await Target.CreateAsync(CorporaRoundTripTests.Loadable(Corpora.Read("sakila-pg/postgres-sakila-schema.sql"), rows: true), major: major);

        (await LinesAsync(target, "film.title")).ShouldBe(
        [
            "Breaks trigger film_fulltext_trigger on film",
            "Breaks view actor_info",
            "Breaks view film_list",
            "Breaks view nicer_but_slower_film_list",
            "Degrades index idx_title",
            "Safe function get_customer_balance(integer, timestamp without time zone)",
            "Safe view sales_by_film_category",
        ]);

        // Functions in SQL the server analyses; of the one in PL/pgSQL only the names can be read.
        (await LinesAsync(target, "inventory.film_id")).ShouldBe(
        [
            "Breaks function film_in_stock(integer, integer)",
            "Breaks function film_not_in_stock(integer, integer)",
            "Breaks view sales_by_film_category",
            "Unknown function get_customer_balance(integer, timestamp without time zone)",
            "Degrades foreign key inventory_film_id_fkey on inventory",
            "Degrades index idx_store_id_film_id",
            "Safe function inventory_in_stock(integer)",
            "Safe view sales_by_store",
        ]);

        // The tables of the months inherit the column: their rules, keys and indexes count.
        var payment = await LinesAsync(target, "payment.customer_id");
        var months = Enumerable.Range(1, 6).Select(n => $"payment_p2007_0{n}").ToList();
        payment.ShouldBe(
        [
            .. months.Select(m => $"Breaks rule payment_insert_{m["payment_".Length..]} on payment"),
            "Unknown function get_customer_balance(integer, timestamp without time zone)",
            "Unknown function rewards_report(integer, numeric)",
            "Degrades foreign key payment_customer_id_fkey on payment",
            .. months.Select(m => $"Degrades foreign key {m}_customer_id_fkey on {m}"),
            "Degrades index idx_fk_customer_id",
            .. months.Select(m => $"Degrades index idx_fk_{m}_customer_id"),
            .. months.Select(m => $"Degrades inheritance child {m}"),
            "Safe view sales_by_film_category",
            "Safe view sales_by_store",
        ]);

        (await LinesAsync(target, "customer.last_update")).ShouldBe(
        [
            "Unknown function rewards_report(integer, numeric)",
            "Unknown trigger last_updated on customer",
            "Safe default customer.last_update",
            "Safe view customer_list",
        ]);
        (await LinesAsync(target, "rental")).Where(l => !l.StartsWith("Safe", StringComparison.Ordinal)).ShouldBe(
        [
            .. months.Select(m => $"Breaks foreign key {m}_rental_id_fkey on {m}"),
            "Breaks foreign key payment_rental_id_fkey on payment",
            "Breaks view sales_by_film_category",
            "Breaks view sales_by_store",
            "Unknown function get_customer_balance(integer, timestamp without time zone)",
            "Unknown function inventory_held_by_customer(integer)",
            "Unknown function inventory_in_stock(integer)",
        ]);
    }

    [CorporaTheory]
    [EndMajors]
    public async Task Chinook(int major)
    {
        await using var target = await Target.CreateAsync(CorporaRoundTripTests.Loadable(Corpora.Read("chinook/Chinook_PostgreSql.sql"), rows: false), major: major);

        (await LinesAsync(target, "track.album_id")).ShouldBe(
        [
            "Degrades foreign key track_album_id_fkey on track",
            "Degrades index track_album_id_idx",
        ]);
        (await LinesAsync(target, "artist.artist_id")).ShouldBe(
        [
            "Breaks foreign key album_artist_id_fkey on album",
            "Breaks primary key artist_pkey on artist",
        ]);
        (await LinesAsync(target, "artist.name")).ShouldBeEmpty();
        (await LinesAsync(target, "employee.employee_id", Fate.Renamed)).ShouldAllBe(l => l.StartsWith("Safe", StringComparison.Ordinal));
    }

    private static async Task<IEnumerable<string>> LinesAsync(Target target, string what, Fate fate = Fate.Dropped) =>
        (await new Workspace(target.Database).ImpactAsync(what, fate, default)).Lines.Select(l => $"{l.Verdict} {l.Use.Kind} {l.Use.Name}");
}
