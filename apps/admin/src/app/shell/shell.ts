import { BreakpointObserver } from '@angular/cdk/layout';
import { Component, computed, ElementRef, inject, signal, viewChild } from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { MatSidenav, MatSidenavContainer, MatSidenavContent } from '@angular/material/sidenav';
import { MatToolbar } from '@angular/material/toolbar';
import { NavigationEnd, Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { distinctUntilChanged, filter, map, skip } from 'rxjs';
import { AuthStore } from '../core/auth/auth.store';
import { API_DOCS_URL } from '../core/http/api-routes';
import { OverviewStore } from '../core/live/overview.store';
import { duration } from '../core/time/relative-time';
import { Icon, type IconName } from '../ui/icon';
import { ReconnectingRibbon } from './reconnecting-ribbon';
import { ThemeMenu } from './theme-menu';

/** Below this the side navigation becomes a menu. */
const NARROW = '(max-width: 699.98px)';

const PAGES: readonly { path: string; label: string; icon: IconName }[] = [
  { path: '/', label: 'Dashboard', icon: 'dashboard' },
  { path: '/organizations', label: 'Organizations', icon: 'organizations' },
];

/** What surrounds every page of a signed-in person: navigation, account, theme, footer. */
@Component({
  selector: 'mc-shell',
  imports: [
    Icon,
    MatButton,
    MatIconButton,
    MatMenu,
    MatMenuItem,
    MatMenuTrigger,
    MatSidenav,
    MatSidenavContainer,
    MatSidenavContent,
    MatToolbar,
    ReconnectingRibbon,
    RouterLink,
    RouterLinkActive,
    RouterOutlet,
    ThemeMenu,
  ],
  providers: [OverviewStore],
  templateUrl: './shell.html',
  styleUrl: './shell.scss',
})
export class Shell {
  private readonly auth = inject(AuthStore);
  private readonly router = inject(Router);
  private readonly overview = inject(OverviewStore);
  private readonly main = viewChild.required<ElementRef<HTMLElement>>('main');

  protected readonly pages = PAGES;
  protected readonly docsUrl = API_DOCS_URL;
  protected readonly user = this.auth.user;
  protected readonly isNarrow = toSignal(
    inject(BreakpointObserver)
      .observe(NARROW)
      .pipe(map(({ matches }) => matches)),
    { initialValue: false },
  );
  protected readonly isMenuOpen = signal(false);
  protected readonly isNavOpen = computed(() => !this.isNarrow() || this.isMenuOpen());
  protected readonly about = computed(() => {
    const state = this.overview.state();
    if (state.name !== 'ready') return null;
    return { version: state.overview.version, uptime: duration(state.overview.uptime_sec) };
  });

  constructor() {
    this.router.events
      .pipe(
        filter((event) => event instanceof NavigationEnd),
        map((event) => event.urlAfterRedirects.split(/[?#]/)[0]),
        distinctUntilChanged(),
        skip(1),
        takeUntilDestroyed(),
      )
      // Whoever uses a keyboard or a screen reader starts at the new page, not where the old one ended.
      .subscribe(() => this.focusMain());
  }

  protected focusMain(): void {
    this.isMenuOpen.set(false);
    this.main().nativeElement.focus({ preventScroll: true });
  }

  protected signOut(): void {
    void this.auth.signOut();
  }
}
