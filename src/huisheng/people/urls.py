"""Pages about people. Sign-in's own addresses, whose names allauth asks for, stand in ``door_urls``."""

from django.urls import path

from huisheng.ui.steps import step_urls

from .models import Correction, MemberChange
from .views import accounts, changes, door, imports, roster, rules

app_name = "people"
urlpatterns = [
    path("setup", door.first_run, name="setup"),
    path("activate", door.activate, name="activate"),
    path("me/sign-ins", door.sign_ins, name="sign_ins"),
    path("me/sign-ins/end", door.end_sign_in, name="end_sign_in"),
    path("me/particulars", changes.particulars, name="particulars"),
    path("people/changes", changes.changes, name="changes"),
    path("people/changes/new", changes.change_edit, name="change_new"),
    path("people/changes/register.<slug:form>", changes.register, name="register"),
    path("people/changes/<int:pk>", changes.change, name="change"),
    path("people/changes/<int:pk>/edit", changes.change_edit, name="change_edit"),
    path("people/changes/<int:pk>/papers/<int:file>", changes.change_paper, name="change_paper"),
    path("people/corrections", changes.corrections, name="corrections"),
    path("people/corrections/<int:pk>", changes.correction, name="correction"),
    *step_urls(MemberChange, changes.visible_change, prefix="people/changes/"),
    *step_urls(Correction, changes.visible_correction, prefix="people/corrections/"),
    path("people/members", roster.members, name="members"),
    path("people/members/new", roster.member_edit, name="member_new"),
    path("people/members/<int:pk>", roster.member, name="member"),
    path("people/members/<int:pk>/edit", roster.member_edit, name="member_edit"),
    path("people/members/<int:pk>/join", roster.member_join, name="member_join"),
    path("people/members/<int:pk>/leave/<int:membership>", roster.member_leave, name="member_leave"),
    path("people/members/<int:pk>/elect", roster.member_elect, name="member_elect"),
    path("people/members/<int:pk>/standing/<int:seat>/edit", roster.member_redate, name="member_redate"),
    path(
        "people/members/<int:pk>/standing/<int:seat>/end", roster.member_stand_down, name="member_stand_down"
    ),
    path("people/members/<int:pk>/retire", roster.member_retire, name="member_retire"),
    path("people/agencies", roster.agencies, name="agencies"),
    path("people/agencies/new", roster.agency_edit, name="agency_new"),
    path("people/agencies/<int:pk>", roster.agency, name="agency"),
    path("people/agencies/<int:pk>/edit", roster.agency_edit, name="agency_edit"),
    path("people/bodies", roster.bodies, name="bodies"),
    path("people/bodies/new", roster.body_edit, name="body_new"),
    path("people/bodies/<int:pk>/edit", roster.body_edit, name="body_edit"),
    path("people/terms", roster.terms, name="terms"),
    path("people/terms/new", roster.term_edit, name="term_new"),
    path("people/terms/<int:pk>/edit", roster.term_edit, name="term_edit"),
    path("people/sessions/new", roster.session_edit, name="session_new"),
    path("people/sessions/<int:pk>/edit", roster.session_edit, name="session_edit"),
    path("people/accounts", accounts.accounts, name="accounts"),
    path("people/accounts/new", accounts.account_new, name="account_new"),
    path("people/accounts/<int:pk>", accounts.account, name="account"),
    path("people/accounts/<int:pk>/reach", accounts.account_reach, name="account_reach"),
    path("people/accounts/<int:pk>/posts/new", accounts.post_new, name="post_new"),
    path("people/accounts/<int:pk>/posts/<int:post>/end", accounts.post_end, name="post_end"),
    path("people/accounts/<int:pk>/switch", accounts.account_switch, name="account_switch"),
    path("people/accounts/<int:pk>/slip", accounts.slip, name="slip"),
    path("rules", rules.rules, name="rules"),
    path("rules/calendar", rules.calendar, name="calendar"),
    path("rules/calendar/<int:pk>/drop", rules.calendar_drop, name="calendar_drop"),
    path("rules/lists/<slug:listing>", rules.options, name="options"),
    path("rules/lists/<slug:listing>/new", rules.option_edit, name="option_new"),
    path("rules/lists/<slug:listing>/<int:pk>", rules.option_edit, name="option_edit"),
    path("rules/<str:name>", rules.rule, name="rule"),
    path("rules/<str:name>/<int:pk>/drop", rules.rule_drop, name="rule_drop"),
    path("imports", imports.imports, name="imports"),
    path("imports/<int:pk>", imports.batch, name="import"),
    path("imports/<int:pk>/columns", imports.batch_columns, name="import_columns"),
    path("imports/<int:pk>/decide", imports.batch_decide, name="import_decide"),
    path("imports/<int:pk>/again", imports.batch_check_again, name="import_again"),
    path("imports/<int:pk>/apply", imports.batch_apply, name="import_apply"),
    path("imports/<int:pk>/undo", imports.batch_undo, name="import_undo"),
]
