from collections import defaultdict

import django.db.models.deletion
from django.db import migrations, models

MEMBER, SEAT = 'people.member', 'people.standingseat'
FLAG = 'is_standing'


def flags_to_seats(apps, schema_editor):
    """Whoever was marked 常务委员 has been one since the day the membership began: no other day was ever written down."""
    Member, Seat = apps.get_model('people', 'Member'), apps.get_model('people', 'StandingSeat')
    terms = list(apps.get_model('people', 'Term').objects.order_by('-starts_on').values_list('pk', 'starts_on'))
    seats = Seat.objects.bulk_create(
        Seat(
            member=one, term_id=next((pk for pk, day in terms if day <= one.starts_on), None),
            starts_on=one.starts_on, ends_on=one.ends_on, decision='原名册所记',
        )
        for one in Member.objects.filter(is_standing=True).order_by('pk')
    )
    _rewrite_batches(apps.get_model('people', 'ImportBatch'), {seat.member_id: seat for seat in seats})
    schema_editor.connection.check_constraints()  # so that no check is still waiting when the column goes


def _rewrite_batches(ImportBatch, seats):
    """A batch can still be undone: what it wrote into the flag is what it made of the seat."""
    for batch in ImportBatch.objects.exclude(applied_at=None).filter(undone_at=None).only('pk', 'changes'):
        if not any(FLAG in change.get('after', ()) for change in batch.changes):
            continue
        made, after = [], defaultdict(bool)
        for change in batch.changes:
            if change['model'] == MEMBER and FLAG in change['after']:
                after[change['pk']] = change['after'].pop(FLAG)
                change.get('before', {}).pop(FLAG, None)
                if not change['after']:
                    continue
            made.append(change)
        made += [_created(seats[pk]) for pk, stands in after.items() if stands and pk in seats]
        batch.changes = made
        batch.save(update_fields=['changes'])


def _created(seat):
    return {
        'op': 'create', 'model': SEAT, 'pk': seat.pk,
        'after': {
            'member_id': seat.member_id, 'term_id': seat.term_id, 'starts_on': seat.starts_on.isoformat(),
            'ends_on': seat.ends_on.isoformat() if seat.ends_on else None, 'decision': seat.decision, 'end_decision': '',
        },
    }


def seats_to_flags(apps, schema_editor):
    seats = apps.get_model('people', 'StandingSeat').objects.filter(models.Q(ends_on=None) | models.Q(ends_on=models.F('member__ends_on')))
    apps.get_model('people', 'Member').objects.filter(pk__in=seats.values('member')).update(is_standing=True)


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0007_line_leader'),
    ]

    operations = [
        migrations.CreateModel(
            name='StandingSeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='当选')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='最后一天')),
                ('decision', models.CharField(blank=True, max_length=200, verbose_name='当选的决定')),
                ('end_decision', models.CharField(blank=True, max_length=200, verbose_name='不再担任的决定')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standing_seats', to='people.member', verbose_name='委员')),
                ('term', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='standing_seats', to='people.term', verbose_name='届')),
            ],
            options={
                'verbose_name': '常务委员任职',
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('ends_on', None)), fields=('member',), name='one_open_standing_seat'),
                    models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='standing_seat_ends_after_start'),
                ],
            },
        ),
        migrations.RunPython(flags_to_seats, seats_to_flags),
        migrations.RemoveField(
            model_name='member',
            name='is_standing',
        ),
    ]
